// SPDX-License-Identifier: MIT
// A recommendation service: a model of `asysvd train`, asked over HTTP. SIGHUP makes it read its files anew while it
// goes on answering; SIGTERM and SIGINT end it. docs/service.md says how it is asked.
#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

#include "service.hpp"

namespace {

void serve(const service::Options& options, const std::string& host, int port) {
  // Before there are threads, so that none of them takes a signal: they wait for the one below.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  service::Service service(options);
  auto& server = service.server();
  const int bound = port == 0 ? server.bind_to_any_port(host) : server.bind_to_port(host, port) ? port : -1;
  if (bound < 0) throw std::runtime_error("can't listen on " + host + ':' + std::to_string(port));
  service.watch(bound);
  std::thread listener([&] { server.listen_after_bind(); });
  while (!server.is_running()) std::this_thread::yield();
  std::printf("listening on http://%s:%d\n", host.c_str(), bound);
  std::fflush(stdout);

  for (int signal = 0; sigwait(&signals, &signal) == 0 && signal == SIGHUP;) {
    try {
      service.reload();
      std::printf("another model is in use\n");
    } catch (const std::exception& error) {
      std::fprintf(stderr, "asysvd_service: %s; the model in use stays\n", error.what());
    }
    std::fflush(stdout);
  }
  server.stop();
  listener.join();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("Recommends over HTTP, and says why.", "asysvd_service");
  service::Options options{.files = {}, .page = ASYSVD_SERVICE_PAGE, .threads = 32};
  std::string host = "127.0.0.1";
  int port = 8080;
  program.add_option("--model", options.files.model, "File of a model, as `asysvd train --save` writes it")->required();
  program.add_option("--titles", options.files.titles, "File of item titles: u.item, movies.csv, movies.dat, ...");
  program
      .add_option("--host", host, "Address to listen on; others than this machine's own are open to whom they reach")
      ->capture_default_str();
  program.add_option("--port", port, "Port to listen on; 0 for any that is free")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  program.add_option("--threads", options.threads, "How many connections are answered at the same time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  program.add_option("--page", options.page, "Folder of the page")->capture_default_str();
  try {
    program.parse(argc, argv);
    serve(options, host, port);
  } catch (const CLI::Success& wanted) {  // --help
    return program.exit(wanted);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "asysvd_service: %s\n", error.what());
    return 2;
  }
}
