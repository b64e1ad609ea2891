// SPDX-License-Identifier: MIT
#include "service.hpp"

#include <asysvd/data/detail/numbers.hpp>
#include <asysvd/serve/user_session.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "request.hpp"

namespace service {

namespace {

using httplib::Request;
using httplib::Response;

constexpr int patience = 5;                         // seconds to wait for a client's next bytes
constexpr std::chrono::seconds whole_patience{15};  // for a whole request, the wait for it and its answer
constexpr std::array routes{"/recommendations", "/items", "/model", "/reload", "/metrics", "/"};

std::string text_of(const Json& object) {
  // Ids may be of any bytes, and JSON is UTF-8.
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void answer(Response& response, const Json& object, int status = 200) {
  response.status = status;
  response.set_content(text_of(object), "application/json");
}

/// For a request whose body is not read: it must not be taken for the next request.
void answer_and_close(Response& response, const Json& object, int status) {
  response.status = status;
  response.set_header("Connection", "close");
  const auto text = text_of(object);
  response.set_content_provider(text.size(), "application/json", [text](std::size_t, std::size_t, auto& sink) {
    sink.write(text.data(), text.size());
    return false;  // at which httplib closes the connection
  });
}

/// Why a body may be longer than it announces, which is all that httplib measures; null if it can't.
const char* unbounded(const Request& request) {
  if (request.has_header("Transfer-Encoding")) return "a body needs a Content-Length";
  return request.has_header("Content-Encoding") ? "a body must not be compressed" : nullptr;
}

Json item_of(const Served& served, asysvd::Index item) {
  return {{"item", served.ids().name(item)}, {"title", served.title(item)}};
}

/// Adds to a recommendation the shares that weigh most either way, heaviest first, and the sum of all others.
void add_reasons(Json& entry, const Served& served, asysvd::Explanation<float> why, asysvd::Size most) {
  std::ranges::stable_sort(why.shares, std::greater{}, [](const auto& share) { return std::abs(share.share); });
  auto reasons = Json::array();
  float others = 0;
  for (const auto& share : why.shares) {
    if (std::ssize(reasons) == most) {
      others += share.share;
      continue;
    }
    auto& reason = reasons.emplace_back(item_of(served, share.item));
    reason["rating"] = asysvd::detail::as_written(share.rating);
    reason["share"] = share.share;
  }
  entry["general"] = why.bias;
  entry["reasons"] = std::move(reasons);
  entry["others"] = others;
}

Json recommendations(const std::shared_ptr<const Served>& served, const Wanted& wanted) {
  const asysvd::UserSession session(std::shared_ptr<const Model>(served, &served->model()), wanted.profile);
  auto list = Json::array();
  for (const auto& [item, score] : session.recommend({.count = wanted.count})) {
    auto& entry = list.emplace_back(item_of(*served, item));
    entry["score"] = score;
    add_reasons(entry, *served, session.explain(item), wanted.reasons);
  }
  return {{"recommendations", std::move(list)}};
}

Json found_items(const Served& served, const Request& request) {
  const auto given = [&](const char* name, const char* otherwise) {
    return request.has_param(name) ? request.get_param_value(name) : otherwise;
  };
  const auto query = given("query", "");
  if (query.size() > 200) throw BadRequest("query is longer than 200 bytes");
  const auto count = parse_count("count", given("count", "20"), most_items);
  auto list = Json::array();
  for (const auto item : served.search(query, static_cast<std::size_t>(count))) list.push_back(item_of(served, item));
  return {{"items", std::move(list)}};
}

Json about(const Served& served) {
  return {{"items", served.model().items()},
          {"factors", served.model().parameters().factors()},
          {"min_rating", asysvd::detail::as_written(served.min_rating())},
          {"max_rating", asysvd::detail::as_written(served.max_rating())}};
}

/// A page of elsewhere can make a browser post anything here, but JSON only with our leave, which it does not get.
void require_json(const Request& request) {
  const auto type = request.get_header_value("Content-Type");
  if (type != "application/json" && !type.starts_with("application/json;")) {
    throw BadRequest("Content-Type must be application/json", 415);
  }
}

void require_this_machine(const Request& request) {
  const auto& from = request.remote_addr;
  if (!from.starts_with("127.") && !from.starts_with("::ffff:127.") && from != "::1") {
    throw BadRequest("only this machine itself may ask for another model", 403);
  }
}

std::string reason_of(int status) {
  switch (status) {
    case 404:
      return "nothing is here; see docs/service.md";
    case 413:
      return "a body of more than " + std::to_string(most_bytes) + " bytes";
    case 414:
      return "the address is too long";
    default:
      return "not a request that this service can read";
  }
}

}  // namespace

Service::Service(const Options& options)
    : files_(options.files), current_(std::make_shared<Served>(options.files)), slow_clients_(whole_patience) {
  if (!server_.set_mount_point("/", options.page)) throw std::runtime_error(options.page + ": there is no such folder");
  metrics_.loaded(true);
  limit(options.threads);
  add_routes();
  add_errors();
  watch_requests();
}

void Service::reload() {
  const std::lock_guard lock(reloading_);
  try {
    current_.set(std::make_shared<Served>(files_));
    metrics_.loaded(true);
  } catch (...) {
    metrics_.loaded(false);
    throw;
  }
}

void Service::limit(std::size_t threads) {
  // A connection has a thread for as long as it is open.
  server_.new_task_queue = [threads] { return new httplib::ThreadPool(threads); };
  server_.set_keep_alive_max_count(1'000'000);
  server_.set_keep_alive_timeout(patience);
  server_.set_read_timeout(patience);
  server_.set_write_timeout(patience);
  server_.set_payload_max_length(most_bytes);
  server_.set_tcp_nodelay(true);  // header and body are two writes, and the second must not wait for an answer
  // By default a second service could listen on the port of the first, and take half of its clients.
  server_.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server_.set_default_headers({{"Content-Security-Policy",
                                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                                "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
                               {"X-Content-Type-Options", "nosniff"},
                               {"Referrer-Policy", "no-referrer"},
                               {"Cache-Control", "no-cache"}});
}

void Service::add_routes() {
  server_.Post("/recommendations", [this](const Request& request, Response& response) {
    require_json(request);
    const auto served = current_.get();
    answer(response, recommendations(served, parse_wanted(request.body, *served)));
  });
  server_.Get("/items", [this](const Request& request, Response& response) {
    answer(response, found_items(*current_.get(), request));
  });
  server_.Get("/model", [this](const Request&, Response& response) { answer(response, about(*current_.get())); });
  server_.Get("/metrics", [this](const Request&, Response& response) {
    response.set_content(metrics_.text(), "text/plain; version=0.0.4");
  });
  server_.Post("/reload", [this](const Request& request, Response& response) {
    require_this_machine(request);
    require_json(request);
    try {
      reload();
    } catch (const std::exception& error) {
      return answer(response, {{"error", error.what()}}, 500);
    }
    answer(response, about(*current_.get()));
  });
}

void Service::add_errors() {
  server_.set_exception_handler([](const Request&, Response& response, std::exception_ptr thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const BadRequest& bad) {
      answer(response, {{"error", bad.what()}}, bad.status());
    } catch (const std::exception& error) {
      std::fprintf(stderr, "asysvd_service: %s\n", error.what());
      answer(response, {{"error", "a fault of the service"}}, 500);
    }
  });
  server_.set_error_handler([](const Request&, Response& response) {
    if (response.has_header("Content-Type")) return;  // it has been answered
    answer(response, {{"error", reason_of(response.status)}}, response.status);
  });
}

void Service::watch_requests() {
  // A thread answers one request at a time. One that can't even be read has no beginning.
  using Clock = std::chrono::steady_clock;
  static thread_local std::optional<Clock::time_point> began;
  server_.set_pre_routing_handler([](const Request& request, Response& response) {
    began = Clock::now();
    const char* const reason = unbounded(request);
    if (reason == nullptr) return httplib::Server::HandlerResponse::Unhandled;
    answer_and_close(response, {{"error", reason}}, 411);
    return httplib::Server::HandlerResponse::Handled;
  });
  // Counted before its answer is sent: whoever has an answer finds it among the counts.
  server_.set_post_routing_handler([this](const Request& request, Response& response) {
    const auto known = std::ranges::find(routes, request.path);
    const auto now = Clock::now();
    const std::chrono::duration<double> taken = now - std::exchange(began, std::nullopt).value_or(now);
    metrics_.answered(known == routes.end() ? "other" : *known, response.status, taken.count());
  });
  server_.set_logger([this](const Request& request, const Response&) {
    slow_clients_.answered(request.remote_addr, request.remote_port);
  });
}

}  // namespace service
