"""Names of the months, as exports of many countries write them."""

from __future__ import annotations

from typing import Final

_MONTHS: Final = (
    "january jan januar januari janvier enero ene gennaio gen janeiro янв января ocak stycznia sty",
    "february feb februar februari février févr fév febrero febbraio fevereiro fev фев февраля şubat lutego lut",
    "march mar märz mär mrz mars marzo maart mrt março мар марта mart marca maret",
    "april apr avril avr abril abr aprile апр апреля nisan kwietnia kwi",
    "may mai mayo maggio mag mei maio maj мая mayıs maja",
    "june jun juni juin junio giugno giu junho июн июня haziran czerwca cze",
    "july jul juli juillet juil julio luglio lug julho июл июля temmuz lipca lip",
    "august aug août agosto ago augustus augusti авг августа ağustos sierpnia sie agustus",
    "september sept sep septembre septiembre settembre set setembro сен сент сентября eylül września wrz",
    "october oct oktober okt octobre octubre ottobre ott outubro out окт октября ekim października paź",
    "november nov novembre noviembre novembro ноя нояб ноября kasım listopada lis",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro дек декабря aralık grudnia gru desember",
)
"""Of English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Indonesian, Russian, Turkish and Polish."""

NUMBER_OF: Final = {name: f"{number:02}" for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
"""Month in lower case -> its number, with two digits."""
