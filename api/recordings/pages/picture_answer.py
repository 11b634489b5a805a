"""A picture of the wall as an answer; where there is none, words in its place and never a broken image."""

from datetime import timedelta

from fastapi.responses import Response

PICTURES, EACH = 600, timedelta(minutes=1)  # ten whole walls
_KEPT = {"cache-control": "private, no-store"}
_WORDS = {
    "zh": ("没有可显示的画面", "文件还没写完，或已损坏"),
    "en": ("no picture to show", "not written yet, or damaged"),
}


def picture_answer(data: bytes | None, lang: str) -> Response:
    """The JPEG, or a drawing that says that there is none."""
    if data is not None:
        return Response(data, media_type="image/jpeg", headers=_KEPT)
    first, second = _WORDS["en" if lang == "en" else "zh"]
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="270" viewBox="0 0 480 270" role="img">'
        f'<title>{first}</title><rect width="480" height="270" fill="#ececec"/>'
        '<g font-family="sans-serif" text-anchor="middle" fill="#333">'
        f'<text x="240" y="130" font-size="24">{first}</text><text x="240" y="165" font-size="16">{second}</text></g></svg>'
    )
    return Response(drawn, media_type="image/svg+xml", headers=_KEPT | {"x-picture": "none"})
