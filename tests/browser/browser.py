"""Debian's Chromium without a window, steered through its driver by the WebDriver protocol."""

import json
import subprocess
from urllib.error import HTTPError
from urllib.request import Request, urlopen

PROGRAMS, PACKAGES = ["chromium", "chromedriver"], ["chromium", "chromium-driver"]
OPTIONS = {
    "goog:chromeOptions": {
        "args": [
            "--headless=new",
            "--no-sandbox",  # with it, Chromium does not run as root
            "--disable-dev-shm-usage",
            "--window-size=1600,1000",
            "--host-resolver-rules=MAP * ~NOTFOUND",
        ]
    },
    "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the protocol's name for one


class Browser:
    """One window; elements are found by XPath and stay dictionaries of the protocol's."""

    def __enter__(self):
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True
        )
        try:
            started = next(line for line in self.driver.stdout if "started successfully" in line)
            self.address = f"http://127.0.0.1:{started.split()[-1].rstrip('.')}/session"
            answer = self.ask("POST", "", capabilities={"alwaysMatch": OPTIONS})
            self.address += f"/{answer['sessionId']}"
        except BaseException:
            self.driver.terminate()
            raise
        return self

    def __exit__(self, *_):
        try:
            self.ask("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()

    def ask(self, method, path, **body):
        """What the driver answers; AssertionError with its words where it cannot do it."""
        data = json.dumps(body).encode() if method == "POST" else None
        try:
            with urlopen(Request(self.address + path, data, method=method), timeout=60) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            raise AssertionError(json.load(error)["value"]["message"]) from error

    def open(self, path):
        self.ask("POST", "/timeouts", implicit=10_000)  # so long an element is waited for
        self.ask("POST", "/url", url=path.as_uri())
        # What moves while it is clicked on is missed.
        self.evaluate(
            "document.body.append(Object.assign(document.createElement('style'), "
            "{textContent: '* { transition: none !important }'}))"
        )

    def find(self, xpath):
        """The first such element, waited for."""
        return self.ask("POST", "/element", using="xpath", value=xpath)

    def click(self, xpath):
        """As a person does: it fails if the element cannot be seen or something covers it."""
        self.ask("POST", f"/element/{self.find(xpath)[ELEMENT]}/click")

    def type(self, xpath, text):
        """In place of what was there."""
        element = self.find(xpath)[ELEMENT]
        self.ask("POST", f"/element/{element}/clear")
        self.ask("POST", f"/element/{element}/value", text=text)

    def evaluate(self, script, *arguments):
        """What the JavaScript function's body returns."""
        return self.ask("POST", "/execute/sync", script=script, args=arguments)

    def enter_frame(self):
        self.ask("POST", "/frame", id=self.find("//iframe"))

    def leave_frame(self):
        self.ask("POST", "/frame", id=None)

    def log(self, kind):
        """The entries since it was last asked for."""
        return self.ask("POST", "/se/log", type=kind)
