#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: answers.py ASYSVD ASYSVD_SERVICE

The service from outside, over HTTP: what it answers, what it refuses and how, and that it goes on answering while its
model is swapped. What it should recommend, the program says.
"""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

from running import Service

sys.path.append(str(Path(__file__).parents[1] / "docs"))
from blocks import blocks  # noqa: E402

service = None
started = time.monotonic()


def setUpModule():
    global service
    service = Service(*programs).__enter__()


def tearDownModule():
    service.__exit__()


def profile_of(user):
    with open(service.ratings, encoding="utf-8") as file:
        lines = [line.strip().split(",") for line in file]
    return [{"item": item, "rating": float(rating)} for owner, item, rating in lines if owner == user]


def program_says(command, *arguments):
    """What a command of the program writes as JSON."""
    service.run(command, "--ratings", service.ratings, "--titles", service.titles, *arguments, "--json",
                service.path("said"))
    with open(service.path("said"), encoding="utf-8") as file:
        return json.load(file)


def shape_of(value):
    """The names and types of JSON without its values; of a list, of what it begins with."""
    if isinstance(value, dict):
        return {name: shape_of(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shape_of(member) for member in value[:1]]
    return type(value).__name__


def metric(name):
    status, text = service.ask("GET", "/metrics")
    assert status == 200
    found = re.search("^" + re.escape(name) + r" (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0


class Answers(unittest.TestCase):
    def test_recommends_what_the_program_does(self):
        said = program_says("recommend", "--model", service.model, "--user", "5", "--top", "20")
        answered = service.recommend(ratings=profile_of("5"), count=20)
        self.assertEqual([entry["item"] for entry in answered], [entry["item"] for entry in said["recommendations"]])
        for own, other in zip(answered, said["recommendations"]):
            self.assertEqual(own["title"], other["title"])
            self.assertAlmostEqual(own["score"], other["score"], places=4)

    def test_gives_the_shares_that_the_program_does_and_they_add_up(self):
        best = service.recommend(ratings=profile_of("5"), count=1, reasons=10)[0]
        said = program_says("explain", "--model", service.model, "--user", "5", "--item", best["item"])
        heaviest = sorted(said["shares"], key=lambda share: -abs(share["share"]))[:10]
        self.assertEqual(len(best["reasons"]), 10)
        for own, other in zip(best["reasons"], heaviest):
            self.assertAlmostEqual(own["share"], other["share"], places=5)
        others = sum(share["share"] for share in said["shares"]) - sum(share["share"] for share in heaviest)
        self.assertAlmostEqual(best["others"], others, places=4)
        total = best["general"] + sum(reason["share"] for reason in best["reasons"]) + best["others"]
        self.assertAlmostEqual(best["score"], total, places=4)

    def test_a_rating_changes_the_answer_and_its_item_is_left_out(self):
        liked = service.recommend()[0]["item"]
        after = service.recommend(ratings=[{"item": int(liked), "rating": 1.1}], count=100)
        self.assertNotIn(liked, [entry["item"] for entry in after])
        self.assertEqual([(reason["item"], reason["rating"]) for reason in after[0]["reasons"]], [(liked, 1.1)])
        other = service.recommend(ratings=[{"item": liked, "rating": 5}], count=100)
        self.assertNotEqual([entry["item"] for entry in after], [entry["item"] for entry in other])

    def test_asked_as_the_page_says_it_answers_in_the_form_of_the_page(self):
        page = Path(__file__).parents[2] / "docs" / "service.md"
        request = json.loads(re.search(r"POST /recommendations` \| `([^`]+)`", page.read_text(encoding="utf-8"))[1])
        (_, lines), = blocks(page, "json")
        promised = json.loads("\n".join(lines))
        answered = service.recommend(**request)
        self.assertEqual(len(answered), request["count"])
        self.assertEqual(shape_of(answered[0]), shape_of(promised))
        self.assertEqual(list(answered[0]), list(promised))

    def test_searches_titles_by_their_words(self):
        def found(query):
            status, content = service.ask("GET", "/items?query=" + query)
            self.assertEqual(status, 200)
            return [entry["title"] for entry in content["items"]]

        self.assertEqual(found("THE+quiet+harbour+1903"), ["Quiet Harbour, The (1903)"])
        self.assertEqual(found("caf%C3%A9+2000"), [])
        self.assertEqual(found("caf%C3%A9+1907"), ["Red Café (1907)"])
        self.assertEqual(found("%ff%fe"), [])
        self.assertEqual(len(found("river")), 20)
        self.assertEqual(len(found("river&count=3")), 3)
        self.assertTrue(all(title.startswith("Last ") for title in found("last")))

    def test_tells_about_the_model(self):
        status, content = service.ask("GET", "/model")
        self.assertEqual(status, 200)
        self.assertEqual((content["min_rating"], content["max_rating"], content["factors"]), (1, 5, 8))

    def test_counts_what_it_does(self):
        answered = 'asysvd_requests_total{route="/recommendations",status="200"}'
        elsewhere = 'asysvd_requests_total{route="other",status="404"}'
        before = metric(answered), metric(elsewhere)
        count = metric("asysvd_request_seconds_count")
        for _ in range(3):
            service.recommend()
        service.ask("GET", "/no/such/place")
        self.assertEqual((metric(answered), metric(elsewhere)), (before[0] + 3, before[1] + 1))
        self.assertEqual(metric("asysvd_request_seconds_count"), count + 7)  # with those that asked for metrics
        self.assertGreater(metric("process_cpu_seconds_total"), 0)
        service.ask("GET", "/" + "x" * 10000)
        self.assertLess(metric("asysvd_request_seconds_sum"), time.monotonic() - started)
        self.assertEqual(metric('asysvd_request_seconds_bucket{le="+Inf"}'), metric("asysvd_request_seconds_count") - 1)

    def test_the_page_may_load_nothing_from_elsewhere(self):
        connection = service.connect()
        connection.request("GET", "/")
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        self.assertIn("<title>Recommendations</title>", answer.read().decode())
        self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
        connection.close()


class Refusals(unittest.TestCase):
    def refused(self, reason, body, status=400):
        answered, content = service.ask("POST", "/recommendations", body)
        self.assertEqual(answered, status, content)
        self.assertIn(reason, content["error"])

    def test_bad_profiles(self):
        rated = '{"ratings": [%s]}'
        for reason, body in [
            ("not JSON", ""),
            ("not JSON", "{"),
            ("not JSON", '{"count": 5} x'),
            ("not JSON", rated % '{"item": "1", "rating": NaN}'),
            ("not JSON", rated % '{"item": "1", "rating": 1e999}'),
            ("not JSON", b'{"ratings": [{"item": "\xff\xfe", "rating": 5}]}'),
            ("nested", "[" * 60000),
            ("nested", '{"ratings":' * 5000),
            ("the request is []", "[]"),
            ("the request is null", "null"),
            ('the request is "rating"', '{"rating": []}'),
            ("ratings is {}", '{"ratings": {}}'),
            ("ratings is null", '{"ratings": null}'),
            ("ratings[0] is 7", rated % "7"),
            ('a member "rating"', rated % '{"item": "1"}'),
            ('a member "item"', rated % '{"rating": 1}'),
            ('ratings[0] is "stars"', rated % '{"item": "1", "rating": 1, "stars": 1}'),
            ("ratings[0].item is null", rated % '{"item": null, "rating": 1}'),
            ("ratings[0].item is 1.5", rated % '{"item": 1.5, "rating": 1}'),
            ("that the model knows", rated % '{"item": "nobody knows it", "rating": 1}'),
            ("that the model knows", rated % '{"item": -1, "rating": 1}'),
            ("that the model knows", rated % '{"item": 18446744073709551615, "rating": 1}'),
            ("ratings[0].rating is true", rated % '{"item": "1", "rating": true}'),
            ('ratings[0].rating is "5"', rated % '{"item": "1", "rating": "5"}'),
            ("ratings[0].rating is 5.5; expected a number from 1.0 to 5.0", rated % '{"item": "1", "rating": 5.5}'),
            ("ratings[0].rating is -1e+30", rated % '{"item": "1", "rating": -1e30}'),
            ("each item once", rated % '{"item": "1", "rating": 1}, {"item": 1, "rating": 1}'),
            ("at most 1000", rated % ",".join(['{"item":"1","rating":1}'] * 1001)),
            ("count is 0", '{"count": 0}'),
            ("count is 101", '{"count": 101}'),
            ("count is -3", '{"count": -3}'),
            ("count is 18446744073709551615", '{"count": 18446744073709551615}'),
            ("count is 2.0", '{"count": 2.0}'),
            ('count is "2"', '{"count": "2"}'),
            ("reasons is 11", '{"reasons": 11}'),
        ]:
            with self.subTest(reason=reason, body=body[:60]):
                self.refused(reason, body)

    def test_what_is_sent_is_not_sent_back_at_length(self):
        status, content = service.ask("POST", "/recommendations", '{"count": "%s"}' % ("x" * 60000))
        self.assertEqual(status, 400)
        self.assertLess(len(content["error"]), 200)

    def test_bad_searches(self):
        for query in ["count=0", "count=101", "count=x", "count=", "count=1e1", "count=%ff", "query=" + "x" * 201]:
            with self.subTest(query=query[:20]):
                status, content = service.ask("GET", "/items?" + query)
                self.assertEqual(status, 400)
                self.assertIn(query[:5], content["error"])

    def test_too_much(self):
        self.refused("more than 65536 bytes", " " * 65537, status=413)
        status, _ = service.ask("GET", "/items?query=" + "x" * 10000)
        self.assertEqual(status, 414)

    def test_no_body_is_longer_than_it_says(self):
        for headers in {"Transfer-Encoding": "chunked"}, {"Content-Encoding": "gzip", "Content-Length": "9"}:
            with self.subTest(**headers), socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
                lines = [f"{name}: {value}" for name, value in headers.items()]
                client.sendall("\r\n".join(["POST /recommendations HTTP/1.1", *lines, "", ""]).encode())
                answer = b"".join(iter(lambda: client.recv(4096), b"")).decode()  # to the end of the connection
                self.assertTrue(answer.startswith("HTTP/1.1 411 "), answer)
                self.assertIn('{"error":"a body', answer)

    def test_other_types_routes_and_methods(self):
        for path in "/recommendations", "/reload":
            status, content = service.ask("POST", path, "{}", {"Content-Type": "text/plain"})
            self.assertEqual((status, content["error"]), (415, "Content-Type must be application/json"))
        for method, path in [("GET", "/recommendations"), ("DELETE", "/model"), ("GET", "/reload"), ("GET", "/x"),
                             ("GET", "/../served.cpp"), ("GET", "/%2e%2e/served.cpp")]:
            with self.subTest(path=path):
                status, content = service.ask(method, path)
                self.assertIn(status, (400, 404))
                self.assertIn("error", content)

    def test_who_sends_nothing_does_not_keep_a_connection(self):
        with socket.create_connection(("127.0.0.1", service.port), timeout=30) as slow:
            began = time.monotonic()
            slow.sendall(b"POST /recommendations HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
            while slow.recv(4096):
                pass
            self.assertLess(time.monotonic() - began, 20)
        service.recommend()

    def test_who_sends_byte_after_byte_does_not_keep_a_connection(self):
        post = b"POST /recommendations HTTP/1.1\r\nContent-Type: application/json\r\n"
        begun, lasted, steady = time.monotonic(), {}, service.connect()
        open_ones = {name: socket.create_connection(("127.0.0.1", service.port), timeout=30) for name in ("head", "body")}
        open_ones["head"].sendall(post + b"X-Much: ")
        open_ones["body"].sendall(post + b"Content-Length: 60000\r\n\r\n{")
        while open_ones and time.monotonic() - begun < 30:
            time.sleep(0.5)
            service.recommend(connection=steady)  # a connection that is used is not cut, however old it is
            for name, client in list(open_ones.items()):
                try:
                    client.sendall(b" ")
                except OSError:
                    lasted[name] = time.monotonic() - begun
                    open_ones.pop(name).close()
        steady.close()
        self.assertEqual(sorted(lasted), ["body", "head"])
        for seconds in lasted.values():
            self.assertGreater(seconds, 14)
            self.assertLess(seconds, 20)

    def test_nothing_is_served_from_bad_files_or_a_port_in_use(self):
        for options, reason in [({"port": service.port}, "can't listen"), ({"port": "x"}, "port"),
                                ({"model": "none"}, "none: "), ({"titles": service.path("first")}, "expected"),
                                ({"page": "none"}, "no such folder")]:
            with self.subTest(**options):
                ended = subprocess.run(service.command(**options), capture_output=True, text=True, timeout=30)
                self.assertEqual((ended.returncode, ended.stdout, ended.stderr.count("\n")), (2, "", 1))
                self.assertIn(reason, ended.stderr)


class Swaps(unittest.TestCase):
    def setUp(self):
        self.request = {"ratings": [{"item": item, "rating": rating} for item, rating in zip(service.items, [5, 2, 4])]}
        service.put(service.path("first"))
        self.assertEqual(self.reload()[0], 200)

    def reload(self):
        return service.ask("POST", "/reload", "{}")

    def answers(self):
        return service.recommend(**self.request)

    def test_on_request_and_on_a_signal(self):
        first = self.answers()
        service.put(service.path("second"))
        self.assertEqual(self.answers(), first)
        self.assertEqual(self.reload()[0], 200)
        second = self.answers()
        self.assertNotEqual(second, first)
        service.put(service.path("first"))
        service.process.send_signal(signal.SIGHUP)
        self.assertEqual(service.process.stdout.readline(), "another model is in use\n")
        self.assertEqual(self.answers(), first)

    def test_a_broken_file_leaves_the_model(self):
        first, failed = self.answers(), metric('asysvd_model_loads_total{result="failed"}')
        service.put(service.titles)
        status, content = self.reload()
        self.assertEqual(status, 500)
        self.assertIn("expected", content["error"])
        self.assertEqual(self.answers(), first)
        self.assertEqual(metric('asysvd_model_loads_total{result="failed"}'), failed + 1)

    def test_no_request_fails_while_models_are_swapped_and_none_sees_two(self):
        known = [self.answers()]
        service.put(service.path("second"))
        self.reload()
        known.append(self.answers())
        seen, wrong, done = [0, 0], [], threading.Event()

        def client():
            connection = service.connect()
            try:
                while not done.is_set():
                    seen[known.index(service.recommend(connection=connection, **self.request))] += 1
            except Exception as error:  # of any kind: it is a request that failed
                wrong.append(error)
            finally:
                connection.close()

        clients = [threading.Thread(target=client) for _ in range(4)]
        for thread in clients:
            thread.start()
        for swap in range(20):
            service.put(service.path(["first", "second"][swap % 2]))
            self.assertEqual(self.reload()[0], 200)
            time.sleep(0.02)
        done.set()
        for thread in clients:
            thread.join()
        self.assertEqual(wrong, [])
        self.assertGreater(min(seen), 0)


if __name__ == "__main__":
    programs = [os.path.abspath(sys.argv.pop(1)) for _ in range(2)]
    unittest.main()
