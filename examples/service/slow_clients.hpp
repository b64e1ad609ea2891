// SPDX-License-Identifier: MIT
/// \file
/// A bound on the time that a client may take for a whole request.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace service {

/// Cuts connections that have taken longer than `patience` for a request and its answer, the wait for it included.
/// httplib bounds each read and write alone, so that a client who sends a byte now and then could keep a thread for as
/// long as it likes. It does not tell its sockets either: these are found among the open files of the process, once a
/// second.
class SlowClients {
 public:
  explicit SlowClients(std::chrono::seconds patience) : patience_(patience) {}
  SlowClients(const SlowClients&) = delete;
  SlowClients& operator=(const SlowClients&) = delete;
  ~SlowClients();

  /// Begins to watch the connections to this port of ours.
  void watch(int port);
  /// A request of this client has been answered: its time begins anew. Safe to call from many threads at once.
  void answered(const std::string& address, int port);

 private:
  using Clock = std::chrono::steady_clock;

  void cut_slow(const std::map<std::string, int>& open);

  std::chrono::seconds patience_;
  std::mutex mutex_;
  std::map<std::string, Clock::time_point> since_;  // by client: its first connection, or its last answer
  std::condition_variable ending_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace service
