"""Characters that are usual in text of the encodings of East Asia and western Europe, and the most frequent of them."""

from __future__ import annotations

import re
from typing import Final

SIMPLIFIED: Final = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日社义事平形相全表间样"
    "与关各重新线内数正心反你明看原又利比或但质气第向道命此变条只没结解问意建月公无系情者最立代想已通并提直题程展五果料象员位入常文总次品"
    "式活设及管特件长求老头基资边流路级少图山统接知较将组见计别手角期根论运指几九区强放决西被干做必先回则任取据处队南给色光门即保治北造百规"
    "热领七海口东导器压志世金增济油思术极交受联认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示报完类八离华名"
    "确科张信马节话米整空元集温传土许步群广石记需段研界林观装影算低持音书布复容儿际商验连断深难近千周技备半办青省列习约支感便团市克何除消"
    "府称太准精值号率维选标写存毛亲快院查江型王按格易置层片专状厂京适属包火住调满县局照参红细引听该铁价龙飞李刘陈杨黄赵吴徐孙朱胡郭罗郑梁宋"
    "谢韩唐冯董萧程曹袁邓傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范方伟芳娜敏静丽强磊洋艳勇军杰娟涛超秀霞刚桂州店订客户款额付退"
)
TRADITIONAL: Final = frozenset(
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經三之"
    "進著等部度家電力裡如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日社義事平形相全表間樣與關各"
    "重新線內數正心反你明看原又利比或但質氣第向道命此變條只沒結解問意建月公無系情者最立代想已通並提直題程展五果料象員位入常文總次品式活設及"
    "管特件長求老頭基資邊流路級少圖山統接知較將組見計別手角期根論運指幾九區強放決西被做必先回則任取據處隊南給色光門即保治北造百規熱領七海口"
    "東導器壓志世金增濟油思術極交受聯認六共權收證改清己美再採轉更單風切打白教速花帶安場身車例真務具萬每目至達走積示報完類八離華名確科張信馬節"
    "話米整空元集溫傳土許步群廣石記需段研界林觀裝影算低持音書布復容兒際商驗連斷深難近千周技備半辦青省列習約支感便團市克何除消府稱太準精值號"
    "率維選標寫存毛親快院查江型王按格易置層片專狀廠京適屬包火住調滿縣局照參紅細引聽該鐵價龍飛李劉陳楊黃趙吳徐孫朱胡郭羅鄭梁宋謝韓唐偉芳娜敏靜"
    "麗磊豔勇傑娟濤超秀霞剛桂灣店訂客戶款額付退"
)
HANGUL: Final = frozenset(
    "이다가는을를의에서한지고하은들기로도사자인리어나아시대정그일수부전원주제구보해김박최장조신상해동성유미영민현경진"
)
KANA: Final = frozenset(chr(code) for code in (*range(0x3041, 0x3097), *range(0x30A1, 0x30FB), 0x30FC))
WESTERN: Final = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýßœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒŠŽ")


def _decode_rows(encoding: str, rows: range, last: int = 0xFE) -> str:
    """Return the characters of an encoding whose first byte is in `rows`, as the inner part of a pattern's class."""
    cells = (bytes([row, cell]).decode(encoding, "ignore") for row in rows for cell in range(0x40, last + 1))
    return re.escape("".join(cells))


_QUOTES: Final = "€£°–—‘’“”…´«»¿¡·®™"
PLAUSIBLE_IN: Final[dict[str, re.Pattern[str]]] = {
    "gb18030": re.compile(f"[{_decode_rows('gb2312', range(0xB0, 0xD8))}{_decode_rows('gb2312', range(0xA1, 0xA4))}]"),
    "big5": re.compile(f"[{_decode_rows('big5', range(0xA4, 0xC7))}{_decode_rows('big5', range(0xA1, 0xA4))}]"),
    "cp932": re.compile(
        f"[{_decode_rows('cp932', range(0x88, 0x98), 0xFC)}{_decode_rows('cp932', range(0x81, 0x84), 0xFC)}]"
    ),
    "euc_kr": re.compile(f"[{_decode_rows('euc_kr', range(0xB0, 0xC9))}{_decode_rows('euc_kr', range(0xA1, 0xA4))}]"),
    "cp1252": re.compile(
        f"(?<=[A-Za-z])[{''.join(WESTERN)}]{{1,2}}(?![^\\x00-\\x7f])|(?<![^\\x00-\\x7f])[{''.join(WESTERN)}](?=[a-z])|[{_QUOTES}]"
    ),
}
"""What people write in an encoding: its first level of characters, or letters with accents within words."""

COMMON_IN: Final[dict[str, frozenset[str]]] = {
    "gb18030": SIMPLIFIED,
    "big5": TRADITIONAL,
    "cp932": KANA | SIMPLIFIED | TRADITIONAL,
    "euc_kr": HANGUL,
    "cp1252": WESTERN | frozenset(_QUOTES),
}
