"""Names that would break a page which takes them for anything but text."""

from __future__ import annotations

from typing import Final

HOSTILE: Final = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "end of style": "</style></title></svg></table><h1>",
    "quotes": '"\'`><b onmouseover=alert(1) x="',
    "entity": "&lt;b&gt; &amp;amp; &#x3c;",
    "template": "{{ 7 * 7 }}{% raw %}",
    "percent": "%s %(name)s {0} {name} {}",
    "right to left": "שלום \u202eevil\u202c مرحبا",
    "NUL": "a\x00b\x1b[31mc",
    "emoji": "👩‍👩‍👧‍👦 \U0001f4a5",
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "address": "javascript:alert(1)//https://example.com/x.js",
    "long": "long" * 2_500,
    "wide": "宽" * 300,
    "plain": "plain",
}
"""What is hostile about a name, and the name."""
