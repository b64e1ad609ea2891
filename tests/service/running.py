# SPDX-License-Identifier: MIT
"""A recommendation service that runs for a test, on generated ratings with made-up titles."""
import http.client
import json
import os
import re
import signal
import subprocess
import tempfile


class Service:
    """`with Service(ASYSVD, PROGRAM) as service:` trains two models, serves the first one, and ends in the end."""

    def __init__(self, asysvd, program):
        self.asysvd, self.program = asysvd, program

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.ratings, self.titles = self.path("ratings.csv"), self.path("titles.csv")
        self.run("generate", "--shape", "movielens-100k", "--seed", "3", "--to", self.ratings)
        self.write_titles()
        for model, seed in ("first", "1"), ("second", "2"):
            self.run("train", "--ratings", self.ratings, "--factors", "8", "--epochs", "3", "--seed", seed, "--save",
                     self.path(model))
        self.model = self.path("model")
        self.put(self.path("first"))
        self.process = subprocess.Popen(self.command(), stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.port = int(re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)\n", line)[1])
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=30)
        self.process.stdout.close()
        self.folder.cleanup()
        assert status == 0, f"the service ended with status {status}"

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def command(self, **other):
        options = {"model": self.model, "titles": self.titles, "port": "0", **other}
        return [self.program, *(f"--{name}={value}" for name, value in options.items())]

    def run(self, *arguments):
        """Runs a command of the program."""
        subprocess.run([self.asysvd, *arguments], check=True, stdout=subprocess.DEVNULL)

    def write_titles(self):
        kinds, places = ["Quiet", "Red", "Last"], ["River", "Harbour, The", "Café", "<b>Bold</b>"]
        with open(self.ratings, encoding="utf-8") as file:
            self.items = sorted({int(line.split(",")[1]) for line in list(file)[1:]})
        with open(self.titles, "w", encoding="utf-8") as file:
            print("movieId,title", file=file)
            for item in self.items:
                print(f'{item},"{kinds[item % 3]} {places[item // 3 % 4]} ({1900 + item})"', file=file)

    def put(self, model):
        """Puts a copy of a file in the place of the model, whole at any time."""
        with open(model, "rb") as source, open(self.model + ".new", "wb") as copy:
            copy.write(source.read())
        os.replace(self.model + ".new", self.model)

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method, path, body=None, headers=None, connection=None):
        """The status and the content of an answer: JSON as what it stands for, anything else as text."""
        used = connection or self.connect()
        if isinstance(body, dict):
            body = json.dumps(body)
        used.request(method, path, body, {"Content-Type": "application/json"} if headers is None else headers)
        answer = used.getresponse()
        content = answer.read().decode()
        if answer.headers["Content-Type"] == "application/json":
            content = json.loads(content)
        if connection is None:
            used.close()
        return answer.status, content

    def recommend(self, connection=None, **request):
        status, content = self.ask("POST", "/recommendations", request, connection=connection)
        assert status == 200, content
        return content["recommendations"]
