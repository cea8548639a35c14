"""Titles, categories and department types of the one real list, read as plain rows.

Only these facts are taken. Names of the place are left out or become placeholders, and what a row
says of duties is not used: the clauses of simulated duties come from the word lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from dutygraph import reference, resources
from dutygraph.simulate.lexicon import Line
from dutygraph.vocab import fold

_SOURCE: Final = ("sources", "653131101-2025-07", "list.txt")
_LIST_OF_WIDTH: Final = {3: "basic", 6: "cooperative", 4: "reclaimed"}
_COUNTY: Final = re.compile(r"塔什库尔干(?:塔吉克自治)?县?|喀什地区|岳普湖县")
# What only that town, county or region has.
_OWN: Final = re.compile(r"新疆|自治区|塔吉克|塔什库尔干|兵团|深塔|四老|治疆|一起益企")
_TOWN_WORD: Final = re.compile(r"(?<![乡城集制村])镇(?![街区])|(?<=[村、])镇(?=级)")
_TAG: Final = re.compile(r"<[^<>]*>")
_RECEIVING: Final = re.compile(r"承接部门：\s*(?P<names>.+?)[\s；]*工作方式：")
_LONGEST: Final = 80
# The first that fits says what is done.
_KINDS: Final = (
    (r"处罚|查处|整治|打击|督促|监督检查", "enforcement"),
    (r"推荐|选拔|招录|表彰|评选|选用", "selection"),
    (r"补贴|津贴|补助", "subsidy"),
    (r"审批|认定|审核|鉴定|初审|备案|登记|许可", "review"),
    (r"普查|统计|调查|采集|编纂|考核|征集", "survey"),
    (r"培训|培育|讲座", "training"),
    (r"救助|帮扶|捐", "relief"),
    (r"调解|纠纷", "dispute"),
    (r"应急|救援|防灾|灾|火灾", "disaster"),
    (r"防治|防控|接种|疫|治理", "prevention"),
    (r"安全|隐患|监管|监督", "safety"),
    (r"活动|赛事|放映|下乡", "event"),
    (r"维修|养护|管护|运行", "maintenance"),
    (r"建设|改造|工程|规划|开发", "project"),
    (r"保护|野生|湿地", "protection"),
    (r"宣传|普及|引导|宣讲", "publicity"),
    (r"整改|整顿", "rectification"),
    (r"服务|办理|保障|申领|代收", "service"),
)
_BASIC_TYPES: Final = {
    "党的建设": "organisation",
    "经济发展": "development-reform",
    "民生服务": "civil-affairs",
    "平安法治": "political-legal",
    "乡村振兴": "agriculture-rural",
    "精神文明建设": "publicity",
    "社会管理": "civil-affairs",
    "安全稳定": "political-legal",
    "民族宗教": "ethnic-religious",
    "社会保障": "human-resources",
    "自然资源": "natural-resources",
    "生态环保": "ecology",
    "城乡建设": "housing",
    "交通运输": "transport",
    "文化和旅游": "culture-tourism",
    "卫生健康": "health",
    "应急管理及消防": "emergency",
    "市场监管": "market-supervision",
    "投资促进": "investment-promotion",
    "综合政务": "government-office",
}
_CORE_EVERY: Final = 3  # every third of its duties is taken to be one that nearly every town has


@cache
def real_lines() -> tuple[Line, ...]:
    """Duties of the real list that another town may have, in printed order."""
    path = resources.folder("data").joinpath(*_SOURCE)
    return tuple(_read(path.read_text(encoding="utf-8")))


def _read(text: str) -> Iterator[Line]:
    for row in text.splitlines():
        cells = row.split("\t")
        which = _LIST_OF_WIDTH.get(len(cells), "")
        if not which or not cells[0].strip().isdigit():
            continue
        title = _general(cells[2])
        if _OWN.search(title) or len(title) > _LONGEST:
            continue
        category = reference.category_of(cells[1])
        types = _types(cells, which) or (_BASIC_TYPES.get(cells[1].strip(), "government-office"),)
        kind = next((kind for pattern, kind in _KINDS if re.search(pattern, title)), "general")
        weight = "common" if int(cells[0]) % _CORE_EVERY else "core"
        yield Line(
            which,
            title,
            "",
            category.zh if category else cells[1].strip(),
            types,
            kind,
            weight,
        )


def _general(title: str) -> str:
    """A title without what belongs to the real document: its tags, its misprint, its town."""
    bare = _TAG.sub("", title).strip().replace(" and ", "和").replace(" ", "")
    return _TOWN_WORD.sub("{t}", bare)


def _types(cells: list[str], which: str) -> tuple[str, ...]:
    if which == "basic":
        return ()
    named = cells[3]
    if which == "reclaimed":
        found = _RECEIVING.search(_TAG.sub("", named))
        named = found["names"] if found else ""
    out: dict[str, None] = {}
    for name in re.split(r"[、，；\s]+", _TAG.sub("", named)):
        if key := _type_of(name):
            out.setdefault(key)
    return tuple(out)[:4]


def _type_of(name: str) -> str:
    """Department type of a printed name of the real county; empty where none is known."""
    bare = fold(_COUNTY.sub("", name).removesuffix("分局")).removeprefix("委")
    forms = {
        fold(form): key
        for key, kind in reference.department_types().items()
        for form in (kind.zh, *kind.forms)
    }
    if bare in forms:
        return forms[bare]
    longest = max((f for f in forms if len(f) > 2 and bare.startswith(f)), key=len, default="")
    return forms.get(longest, "")
