import pytest

from ingest.recordings.file_signature import ContainerKind, sniff

HEADS = {
    ContainerKind.EMPTY: b"",
    ContainerKind.ZEROS: bytes(4096),
    ContainerKind.MP4: b"\x00\x00\x00\x20ftypisom" + bytes(64),
    ContainerKind.MKV: b"\x1a\x45\xdf\xa3" + bytes(64),
    ContainerKind.FLV: b"FLV\x01\x05" + bytes(64),
    ContainerKind.AVI: b"RIFF\x00\x00\x00\x00AVI LIST",
    ContainerKind.PS: b"\x00\x00\x01\xba" + bytes(64),
    ContainerKind.IMKH: b"IMKH" + bytes(64),
    ContainerKind.DHAV: b"DHAV\xfd" + bytes(64),
    ContainerKind.TS: (b"\x47" + bytes(187)) * 10,
    ContainerKind.BARE: b"\x00\x00\x00\x01\x67\x42" + bytes(range(200)),
    ContainerKind.ZIP: b"PK\x03\x04" + bytes(64),
    ContainerKind.TEXT: "姓名,打卡时间\n张三,2025-04-07 08:30\n".encode("gb18030") * 5,
    ContainerKind.OTHER: bytes(range(128, 256)) * 3,
}


@pytest.mark.parametrize(("kind", "head"), HEADS.items())
def test_bytes_say_what_a_file_is(kind: ContainerKind, head: bytes) -> None:
    assert sniff(head) is kind


@pytest.mark.parametrize(("size", "lead"), [(188, 0), (192, 4), (204, 0)])
def test_a_transport_stream_may_begin_in_the_middle_of_a_packet(size: int, lead: int) -> None:
    packet = bytes(lead) + b"\x47" + b"\x11" * (size - 1 - lead)
    assert sniff((packet * 20)[100:]) is ContainerKind.TS


def test_formats_that_name_other_files_are_never_opened() -> None:
    assert not sniff(b"#EXTM3U\n#EXTINF:10,\n/etc/passwd\n").demuxer
    assert not sniff(b"ffconcat version 1.0\nfile '/etc/passwd'\n").demuxer
