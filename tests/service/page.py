#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: page.py ASYSVD ASYSVD_SERVICE [FOLDER]

The page of the service in a headless Chromium, as somebody uses it: by mouse, by keyboard alone, on wide and narrow
screens, in light and in dark. Leaves pictures of it in FOLDER, if there is one. Status 77 if chromedriver is not here.
"""
import os
import shutil
import sys
import unittest

from running import Service
from webdriver import Browser

FIRST = 'return document.querySelector("#recommended [data-item]")?.dataset.item'
LIST = 'return [...document.querySelectorAll("#recommended > li")].map(row => row.dataset.item).join()'
RATED = 'return [...document.querySelectorAll("#rated li")].map(r => [r.dataset.item, r.querySelector(":checked").value])'
FOCUS = """const focus = document.activeElement, row = focus.closest("[data-item]");
return [focus.id || focus.value || focus.ariaLabel, row?.dataset.item, row?.parentElement.id]"""
# The least contrast of a text to what it stands on, as WCAG 2 defines it.
CONTRAST = """
const light = (colour) => colour.match(/[0-9.]+/g).slice(0, 3).map(Number).map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const behind = (e) => getComputedStyle(e).backgroundColor.endsWith(", 0)") ? behind(e.parentElement)
    : getComputedStyle(e).backgroundColor;
return Math.min(...[...document.querySelectorAll("body *")]
    .filter(e => [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim()) && e.offsetParent)
    .map(e => [light(getComputedStyle(e).color), light(behind(e))].sort((a, b) => a - b))
    .map(([dark, bright]) => (bright + 0.05) / (dark + 0.05)))"""


def setUpModule():
    global service, browser
    service = Service(*programs)
    browser = Browser(driver)
    for each in service, browser:
        each.__enter__()
        unittest.addModuleCleanup(each.__exit__, None, None, None)


class Page(unittest.TestCase):
    def setUp(self):
        browser.look(1200, 900, "light")
        browser.open(f"http://127.0.0.1:{service.port}/")
        browser.wait(FIRST)

    def tearDown(self):
        self.assertEqual(browser.complaints(), [])

    def find(self, words):
        """Types into the search, and waits for what is found."""
        browser.run('document.getElementById("query").focus()')
        browser.press(words)
        return browser.wait('return document.querySelector("#found [data-item]")?.dataset.item')

    def star(self, place, item, stars):
        """Clicks on a star, and waits for another list."""
        before = browser.run(LIST)
        browser.click(f'#{place} [data-item="{item}"] label:nth-of-type({stars})')
        return browser.wait(LIST + ' !== arguments[0] && document.querySelectorAll("#recommended > li").length', before)

    def test_recommendations_and_reasons_follow_each_star(self):
        general = browser.run(LIST)
        item = self.find("red river")
        self.star("found", item, 5)
        self.assertEqual(browser.run(RATED), [[item, "5"]])
        liked = browser.run(LIST)
        self.assertNotEqual(liked, general)
        reason = 'return document.querySelector("#recommended .reasons li").textContent'
        self.assertRegex(browser.run(reason), r"^[+−]\d\.\d\dyou gave Red River \(\d+\) 5 stars$")
        self.star("found", item, 1)
        self.assertEqual(browser.run(RATED), [[item, "1"]])
        self.assertNotEqual(browser.run(LIST), liked)
        self.assertRegex(browser.run(reason), r"1 star$")
        browser.click("#rated .remove")
        browser.wait(LIST + " === arguments[0]", general)
        self.assertEqual(browser.run(RATED), [])
        self.assertEqual(browser.run('return document.querySelectorAll("#found :checked").length'), 0)

    def test_shows_what_the_service_answers(self):
        item = self.find("last river")
        self.star("found", item, 4)
        answered = service.recommend(ratings=[{"item": item, "rating": 4}])
        self.assertEqual(browser.run(LIST), ",".join(entry["item"] for entry in answered))
        text = browser.run('return document.querySelector("#recommended > li").textContent')
        self.assertIn(f"{answered[0]['score']:.1f} of 5", text)
        self.assertIn(f"{abs(answered[0]['reasons'][0]['share']):.2f}", text)

    def test_titles_are_text(self):
        self.find("<b>bold")
        self.assertIn("<b>Bold</b>", browser.run('return document.querySelector("#found .title").textContent'))
        self.assertEqual(browser.run('return document.querySelectorAll("main b").length'), 0)

    def test_keyboard_alone(self):
        self.assertEqual(browser.run(FOCUS), ["query", None, None])
        browser.press("quiet river")
        item = browser.wait('return document.querySelector("#found [data-item]")?.dataset.item')
        before = browser.run(LIST)
        browser.press("tab", "space")
        browser.wait(LIST + " !== arguments[0]", before)
        self.assertEqual(browser.run(RATED), [[item, "1"]])
        browser.press("right", "right")
        self.assertEqual(browser.run(RATED), [[item, "3"]])
        self.assertEqual(browser.run(FOCUS), ["3", item, "found"])
        self.assertNotEqual(browser.run('return getComputedStyle(document.activeElement.parentElement).outlineStyle'),
                            "none")
        browser.run('document.querySelector("#rated input:checked").focus()')
        browser.press("left")
        self.assertEqual(browser.run(RATED), [[item, "2"]])
        browser.press("tab", "enter")
        self.assertEqual(browser.run(RATED), [])
        self.assertEqual(browser.run(FOCUS), ["query", None, None])

    def test_the_keyboard_follows_what_was_rated_among_the_recommendations(self):
        item = browser.run(FIRST)
        browser.run('document.querySelector("#recommended input").focus()')
        browser.press("space")
        browser.wait(FIRST + " !== arguments[0]", item)
        self.assertEqual(browser.run(FOCUS), ["1", item, "rated"])
        browser.press("left")  # from the first star round to the last
        self.assertEqual(browser.run(RATED), [[item, "5"]])

    def test_every_control_has_a_name(self):
        self.find("red")
        for role, least in ("radio", 80), ("searchbox", 1), ("heading", 4):
            nodes = [node for node in browser.command("Accessibility.getFullAXTree")["nodes"]
                     if node.get("role", {}).get("value") == role]
            self.assertGreaterEqual(len(nodes), least, role)
            self.assertTrue(all(node["name"]["value"] for node in nodes), role)
        groups = browser.run('return [...document.querySelectorAll("fieldset")].every(f => f.querySelector("legend"))')
        self.assertTrue(groups)

    def test_says_what_is_wrong(self):
        browser.run("""window.fetch = async () =>
            new Response('{"error": "no <i>model</i>"}', {status: 500, headers: {"Content-Type": "application/json"}})""")
        browser.click("#recommended label")
        text = 'const e = document.getElementById("error"); return !e.hidden && e.textContent'
        self.assertEqual(browser.wait(text), "no <i>model</i>")

    def test_fits_every_screen_and_can_be_read_in_light_and_dark(self):
        self.star("found", self.find("red harbour"), 5)
        self.star("recommended", browser.run(FIRST), 2)
        backgrounds = set()
        for name, width, height in ("wide", 1200, 900), ("narrow", 360, 740), ("narrowest", 320, 500):
            for scheme in "light", "dark":
                with self.subTest(name=name, scheme=scheme):
                    browser.look(width, height, scheme)
                    self.assertLessEqual(browser.run("return document.documentElement.scrollWidth"), width)
                    columns = browser.run("""const x = (e) => e.getBoundingClientRect().x;
                        return new Set([...document.querySelectorAll("section")].map(x)).size""")
                    self.assertEqual(columns, 2 if name == "wide" else 1)
                    self.assertGreaterEqual(browser.run(CONTRAST), 4.5)
                    backgrounds.add(browser.run("return getComputedStyle(document.body).backgroundColor"))
                    if pictures:
                        browser.screenshot(os.path.join(pictures, f"{name}-{scheme}.png"))
        self.assertEqual(len(backgrounds), 2)


if __name__ == "__main__":
    driver = shutil.which("chromedriver")
    if driver is None:
        print("skipped: chromedriver is not here; scripts/test_page.sh installs it")
        sys.exit(77)
    programs = [os.path.abspath(sys.argv.pop(1)) for _ in range(2)]
    pictures = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]) else None
    unittest.main()
