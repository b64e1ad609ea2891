# SPDX-License-Identifier: MIT
"""A headless Chromium, asked through its driver as the W3C's WebDriver says: no more of it than the tests need."""
import base64
import http.client
import json
import re
import subprocess
import time

KEYS = {"tab": "\ue004", "right": "\ue014", "left": "\ue012", "enter": "\ue007", "space": " "}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    """`with Browser(CHROMEDRIVER) as browser:` starts one, and ends it in the end."""

    def __init__(self, driver):
        self.driver = driver

    def __enter__(self):
        self.process = subprocess.Popen([self.driver, "--port=0"], stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if found := re.search(r"started successfully on port (\d+)", line):
                break
        self.port, self.session = int(found[1]), ""
        arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        wanted = {"goog:chromeOptions": {"args": arguments}, "goog:loggingPrefs": {"browser": "ALL"}}
        made = self.ask("POST", "", {"capabilities": {"alwaysMatch": wanted}})
        self.session = "/" + made["sessionId"]
        return self

    def __exit__(self, *_):
        try:
            self.ask("DELETE", "")
        finally:
            self.process.terminate()
            self.process.wait()
            self.process.stdout.close()

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, "/session" + self.session + path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        value = json.loads(answer.read())["value"]
        connection.close()
        if answer.status != 200:
            raise RuntimeError(value["message"])
        return value

    def open(self, address):
        self.ask("POST", "/url", {"url": address})

    def look(self, width, height, scheme):
        """As on a screen of this size, by somebody who prefers "light" or "dark"."""
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def command(self, name, **parameters):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def run(self, script, *arguments):
        """What the body of a function in JavaScript returns."""
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, script, *arguments):
        """Until that is true; returns it."""
        end = time.monotonic() + 20
        while not (value := self.run(script, *arguments)):
            if time.monotonic() > end:
                raise AssertionError("never true: " + script)
            time.sleep(0.02)
        return value

    def press(self, *keys):
        """Keys of the keyboard, by their names above, or text."""
        typed = [key for word in keys for key in ([KEYS[word]] if word in KEYS else word)]
        actions = [{"type": kind, "value": key} for key in typed for kind in ("keyDown", "keyUp")]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def click(self, selector):
        found = self.ask("POST", "/element", {"using": "css selector", "value": selector})
        self.ask("POST", f"/element/{found[ELEMENT]}/click", {})

    def complaints(self):
        """What the browser has written to its console since it was asked last."""
        return [entry["message"] for entry in self.ask("POST", "/se/log", {"type": "browser"})]

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.ask("GET", "/screenshot")))
