// SPDX-License-Identifier: MIT
/// \file
/// The routes of the service, and what they may cost.
#pragma once

#include "current.hpp"
#include "metrics.hpp"
#include "served.hpp"
#include "slow_clients.hpp"

// After Eigen, which the macro `_res` would break: of <resolv.h>, which this includes.
#include <httplib.h>

#include <cstddef>
#include <mutex>
#include <string>

namespace service {

struct Options {
  Files files;
  std::string page;  ///< folder of the page
  std::size_t threads = 32;
};

/// An HTTP server that answers from the model in use. docs/service.md has its routes.
class Service {
 public:
  /// Reads the files. Throws as `Served` does.
  explicit Service(const Options& options);

  /// Puts what the files hold now in the place of the model in use. Throws what `Served` does, and goes on with the
  /// model that it has. May be called from any thread, while requests are answered.
  void reload();

  /// Begins to cut the connections of clients who take too long; `port` is the one that is listened on.
  void watch(int port) { slow_clients_.watch(port); }

  /// To bind, to listen and to stop.
  [[nodiscard]] httplib::Server& server() noexcept { return server_; }

 private:
  void limit(std::size_t threads);
  void add_routes();
  void add_errors();
  void watch_requests();

  Files files_;
  Current<Served> current_;
  std::mutex reloading_;
  Metrics metrics_;
  SlowClients slow_clients_;
  httplib::Server server_;
};

}  // namespace service
