"""What a page looks like, asked of the browser: each function gives one line for every element that does not hold."""

_NAME = """
    const named = (element) => element.outerHTML.replace(/\\s+/g, " ").slice(0, 140);
    const shown = (element) => element.checkVisibility({visibilityProperty: true}) && element.getClientRects().length;
    const hiddenText = (element) => element.closest(".vh, .skip");
"""

_TOO_WIDE = """() => {%s
    const width = document.documentElement.clientWidth, root = document.documentElement;
    if (root.scrollWidth <= width) return [];
    const scrolls = (element) => element && element !== document.body
      && (!["visible", "clip"].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const over = [...document.body.querySelectorAll("*")].filter((element) => {
      const box = element.getBoundingClientRect();
      return shown(element) && (box.right > width + 1 || box.left < -1) && !scrolls(element.parentElement);
    });
    const innermost = over.filter((element) => !over.some((other) => other !== element && element.contains(other)));
    return [`${root.scrollWidth} px wide in ${width}: ${innermost.slice(0, 3).map(named).join(" | ")}`];
}"""

_CUT_OFF = """() => {%s
    const cut = (text) => {
      const range = document.createRange();
      range.selectNodeContents(text);
      const words = range.getBoundingClientRect();
      for (let at = text.parentElement; at && at !== document.body; at = at.parentElement) {
        const box = at.getBoundingClientRect(), hides = ["hidden", "clip"].includes(getComputedStyle(at).overflowX);
        if (hides && (words.right > box.right + 1 || words.left < box.left - 1)) return true;
      }
      return false;
    };
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walk.nextNode()) {
      const text = walk.currentNode, element = text.parentElement;
      if (!text.data.trim() || !shown(element) || hiddenText(element) || element.closest("svg, select")) continue;
      if (cut(text)) found.push(`cut off: ${named(element)}`);
    }
    return found;
}"""

_TOO_SMALL = """(least) => {%s
    const inline = (element) => getComputedStyle(element).display === "inline"
      && element.parentElement.textContent.trim().length > element.textContent.trim().length;
    const target = (element) => (element.matches("input") && element.closest("label")) || element;
    return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
      .filter((element) => shown(element) && !hiddenText(element) && !inline(element))
      .map((element) => [element, target(element).getBoundingClientRect()])
      .filter(([, box]) => box.width < least - 0.5 || box.height < least - 0.5)
      .map(([element, box]) => `${Math.round(box.width)} x ${Math.round(box.height)} px: ${named(element)}`);
}"""


def too_wide(page):
    """The page scrolls sideways, and these are the innermost elements that make it."""
    return page.evaluate(_TOO_WIDE % _NAME)


def cut_off(page):
    """Words that something hides a part of, and that nobody can scroll to."""
    return page.evaluate(_CUT_OFF % _NAME)


def too_small(page, least):
    """Targets below `least` px in either direction. Links within a sentence are exempt (WCAG 2.5.8)."""
    return page.evaluate(_TOO_SMALL % _NAME, least)
