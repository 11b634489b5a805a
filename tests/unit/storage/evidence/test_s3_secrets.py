from pathlib import Path

import pytest

from storage.evidence.errors import StoreSetupError
from storage.evidence.s3_settings import settings_from

URL = "s3+http://127.0.0.1:7480/bucket"


def test_keys_come_from_the_files_that_are_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("ACCESS\n", "utf-8")
    (tmp_path / "s").write_text("SECRET\n", "utf-8")
    environ = {"XUESHI_S3_ACCESS_KEY_FILE": str(tmp_path / "a"), "XUESHI_S3_SECRET_KEY_FILE": str(tmp_path / "s")}
    found = settings_from(URL, environ)
    assert (found.access_key, found.secret_key) == ("ACCESS", "SECRET")
    assert "SECRET" not in repr(found)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    environ = {"XUESHI_S3_ACCESS_KEY_FILE": str(tmp_path / "none"), "XUESHI_S3_SECRET_KEY": "x"}
    with pytest.raises(StoreSetupError, match=r"XUESHI_S3_ACCESS_KEY_FILE: got .*none, which cannot be read"):
        settings_from(URL, environ)
