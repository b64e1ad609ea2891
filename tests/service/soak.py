#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: soak.py ASYSVD ASYSVD_SERVICE [SECONDS [CLIENTS [PAUSE]]]

The service under load, for five seconds or as long as is said: more clients than there are cores, each with a connection
of its own, ask without a pause, or with one of so many seconds, while the model is swapped under them all the time. Every
request is answered, by one of the two models and not by a mixture, the service counts as many as were asked, and after it
has warmed up its memory does not grow.
"""
import os
import sys
import threading
import time
import unittest

from running import Service

seconds, clients, pause = 5.0, 4 * os.cpu_count(), 0.0


def resident(process):
    """The memory of a process in KiB, or nothing where the system does not tell."""
    try:
        with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))
    except FileNotFoundError:
        return None


class Client(threading.Thread):
    def __init__(self, service, request, known, done):
        super().__init__()
        self.service, self.request, self.known, self.done = service, request, known, done
        self.answers, self.wrong = [0] * len(known), []

    def run(self):
        connection = self.service.connect()
        try:
            while not self.done.is_set():
                self.answers[self.known.index(self.service.recommend(connection=connection, **self.request))] += 1
                if pause:
                    time.sleep(pause)
        except Exception as error:  # of any kind: it is a request that failed
            self.wrong.append(error)
        finally:
            connection.close()


class Soak(unittest.TestCase):
    def test_no_request_is_lost_and_memory_stays(self):
        with Service(*programs) as service:
            self.under_load(service)

    def swap(self, service, model):
        service.put(service.path(model))
        self.assertEqual(service.ask("POST", "/reload", "{}")[0], 200)

    def counted(self, service):
        name = 'asysvd_requests_total{route="/recommendations",status="200"} '
        lines = service.ask("GET", "/metrics")[1].splitlines()
        return sum(int(line.removeprefix(name)) for line in lines if line.startswith(name))

    def under_load(self, service):
        request = {"ratings": [{"item": item, "rating": 1 + item % 5} for item in service.items[::20]], "count": 20}
        known = []
        for model in "first", "second":
            self.swap(service, model)
            known.append(service.recommend(**request))
        self.assertNotEqual(*known)
        before, done = self.counted(service), threading.Event()
        running = [Client(service, request, known, done) for _ in range(clients)]
        for client in running:
            client.start()
        begin, swaps, sizes = time.monotonic(), 0, []
        while time.monotonic() - begin < seconds:
            self.swap(service, ("first", "second")[swaps % 2])
            swaps += 1
            sizes.append(resident(service.process))
            time.sleep(0.05)
        done.set()
        for client in running:
            client.join()
        answers = [sum(client.answers[model] for client in running) for model in (0, 1)]
        self.assertEqual([error for client in running for error in client.wrong], [])
        self.assertEqual(self.counted(service) - before, sum(answers))
        self.assertTrue(all(sum(client.answers) > 0 for client in running), "a client that got no turn")
        self.assertGreater(min(answers), 0)
        print(f"{sum(answers)} requests by {clients} clients in {time.monotonic() - begin:.0f} s, {swaps} swaps")
        if sizes[0] is None:
            return print("the system does not tell how much memory the service has: that it stays was left out")
        warm, rest = sizes[:len(sizes) // 2], sizes[len(sizes) // 2:]
        print(f"memory: {sizes[0]} KiB after the first swap, at most {max(warm)} in the first half, {max(rest)} after it")
        self.assertLess(max(rest), 1.05 * max(warm))


if __name__ == "__main__":
    programs = [os.path.abspath(sys.argv.pop(1)) for _ in range(2)]
    values = [float(sys.argv.pop(1)) for _ in sys.argv[1:]]
    seconds, clients, pause = values + [seconds, clients, pause][len(values):]
    clients = int(clients)
    unittest.main()
