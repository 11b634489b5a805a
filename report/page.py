import base64
import hashlib
from collections.abc import Mapping

from markupsafe import Markup

from report import palette
from report.links import Links
from report.pieces import environment, template_values
from report.schema import ReportDocument


def page(document: ReportDocument, pictures: Mapping[str, bytes], lang: str = "zh") -> str:
    """The whole ``report.html``, in one file that fetches nothing.

    ``pictures`` are JPEG bytes under ``sheet:HOUR_ID`` and ``best:HOUR_ID``; ``lang`` is the language shown first.
    """
    drawing = environment()
    # A script that is not ours cannot run: the policy in the head names ours by its digest.
    script = drawing.get_template("script.js.j2").render()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    sources = {key: f"data:image/jpeg;base64,{base64.b64encode(data).decode()}" for key, data in pictures.items()}
    return drawing.get_template("report.html.j2").render(
        template_values(document, Links.of(document), sources),
        lang=lang,
        script=Markup(script),  # noqa: S704 - our own template, without a variable
        script_digest=digest,
        light=Markup(palette.variables(palette.LIGHT)),  # noqa: S704 - our own constants
        dark=Markup(palette.variables(palette.DARK)),  # noqa: S704 - our own constants
    )
