"""What a page looks like to those who test it: axe's findings, contrast, focus marks, and what is cut off."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Frame, Page, expect

from tests.browser.demonstrations import ROOT

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Frames are asked one by one: the panel is another site than the page around it.
# What is read on a control must be in its name: axe leaves that out unless it is asked for.
ALSO = {"label-content-name-mismatch": {"enabled": True}}
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "rules": ALSO, "iframes": False}

# The launcher's shadow root is closed to everybody; here alone it is open, so that axe can look into it.
OPEN_SHADOWS = """{
    const attach = Element.prototype.attachShadow
    Element.prototype.attachShadow = function (how) { return attach.call(this, { ...how, mode: 'open' }) }
}"""

# The element that has the focus, through open shadow roots, and whether somebody can see that it has.
FOCUS = """() => {
    let it = document.activeElement
    while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement
    if (!it || it === document.body) return null
    const drawn = style => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1)
        || style.boxShadow !== 'none'
    // A field may hand its mark to the box that is drawn around it.
    const marked = [it, it.parentElement, it.closest('form, fieldset, label, .composer, .compose')]
        .filter(Boolean).some(each => drawn(getComputedStyle(each)))
    const label = it.getAttribute('aria-label') || it.labels?.[0]?.textContent || it.textContent || it.placeholder || ''
    const name = label.trim().replace(/\\s+/g, ' ').slice(0, 60)
    return { tag: it.localName, kind: it.className || '', name, marked }
}"""

# Controls that stick out of the viewport sideways, and text whose box is too small for it.
CUT_OFF = """() => {
    const shown = each => each.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        && !each.closest('.unseen, .skip, [hidden], .said')
    const out = []
    for (const each of document.querySelectorAll('button, a[href], input, textarea, select, h1, h2, p')) {
        if (!shown(each) || each.type === 'file') continue
        const box = each.getBoundingClientRect()
        if (!box.width || !box.height) continue
        if (box.left < -1 || box.right > innerWidth + 1) out.push(`outside: ${each.outerHTML.slice(0, 120)}`)
        const style = getComputedStyle(each)
        const clipped = style.overflowX !== 'visible' && style.textOverflow !== 'ellipsis' && each.localName !== 'input'
        if (clipped && each.scrollWidth > each.clientWidth + 1) out.push(`clipped: ${each.outerHTML.slice(0, 120)}`)
    }
    if (document.documentElement.scrollWidth > innerWidth + 1) out.push('the page scrolls sideways')
    return out
}"""

# The lowest contrast of any text that is seen, against the nearest ground that is painted behind it.
CONTRAST = """() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
    const rgba = color => {
        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1)
        return [...canvas.getImageData(0, 0, 1, 1).data]
    }
    const light = ([r, g, b]) => [r, g, b].map(each => each / 255)
        .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
        .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0)
    const ground = each => {
        for (let at = each; at; at = at.parentElement ?? at.getRootNode().host) {
            const found = rgba(getComputedStyle(at).backgroundColor)
            if (found[3] > 250) return found
        }
        return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255]
    }
    let worst = { ratio: 21, text: '' }
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
        const parent = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim()
        if (!text || !parent.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
        if (parent.closest('.unseen, .skip, script, style, :disabled, [aria-disabled=true]')) continue
        const [a, b] = [light(rgba(getComputedStyle(parent).color)), light(ground(parent))]
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
        if (ratio < worst.ratio) worst = { ratio, text }
    }
    return worst
}"""


# In one turn: whatever arrives meanwhile scrolls the timeline to its end, as it should.
READABLE_ONCE_SCROLLED_TO = """each => {
    each.scrollIntoView({ block: 'center', behavior: 'instant' })
    const { top, bottom, left, right } = each.getBoundingClientRect()
    return top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth
}"""

# Whatever moves or fades and has an end, in every shadow that is open.
SETTLED = """async () => {
    const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
    await drawn()
    const running = () => document.getAnimations().filter(each =>
        each.playState === 'running' && each.effect.getComputedTiming().endTime !== Infinity)
    for (let left = running(); left.length; left = running()) {
        const ended = Promise.allSettled(left.map(each => each.finished))
        await Promise.race([ended, new Promise(done => setTimeout(done, 1000))])
        await drawn()
    }
}"""


def settle(*places: Page | Frame) -> None:
    """Wait until colours have faded over and what slides has arrived."""
    for place in places:
        place.evaluate(SETTLED)


def findings(place: Page | Frame) -> list[str]:
    """Return what axe finds in a page or a frame, one line each."""
    # Evaluated by the protocol, not by a script element: the policy stays as strict as it is in production.
    place.evaluate(f"() => {{ {AXE}\n }}")
    result: dict[str, Any] = place.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
        for each in result["violations"]
        for node in each["nodes"]
    ]


def focused(place: Page | Frame) -> dict[str, Any] | None:
    """Return what has the focus, and whether that can be seen."""
    found: dict[str, Any] | None = place.evaluate(FOCUS)
    return found


def cut_off(place: Page | Frame) -> list[str]:
    """Return what sticks out of the viewport or does not fit into its own box."""
    found: list[str] = place.evaluate(CUT_OFF)
    return found


def lowest_contrast(place: Page | Frame) -> tuple[float, str]:
    """Return the worst contrast of any text that is seen, and that text."""
    found = place.evaluate(CONTRAST)
    return found["ratio"], found["text"]


def only_text_stands_in(place: Frame | Page) -> None:
    """Check that messages are made of text and honest links, and push nothing out of the screen."""
    odd = place.locator(".rich *:not(a, a bdi, a b, a .unseen)")
    expect(odd).to_have_count(0)
    kinds = place.locator(".rich a").evaluate_all("all => all.map(each => each.protocol)")
    assert set(kinds) <= {"https:", "http:"}
    assert place.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
