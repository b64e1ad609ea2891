// SPDX-License-Identifier: MIT
#include "slow_clients.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>

namespace service {

namespace {

/// One end of a socket, as "ADDRESS PORT"; none if it is no socket or has no such end, as one that listens has no peer.
template <class NameOf>
std::optional<std::string> end_of(int socket, NameOf name_of) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (name_of(socket, plain, &size) != 0) return {};
  char host[NI_MAXHOST], port[NI_MAXSERV];
  if (getnameinfo(plain, size, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0) return {};
  return std::string(host) + ' ' + port;
}

/// The clients whose connections end at this end of ours, with their sockets.
std::map<std::string, int> connections(const std::string& ours) {
  std::map<std::string, int> open;
  std::error_code none;
  for (std::filesystem::directory_iterator file("/dev/fd", none), end; !none && file != end; file.increment(none)) {
    const int socket = std::atoi(file->path().filename().c_str());
    const auto own = end_of(socket, getsockname), client = end_of(socket, getpeername);
    if (own && own->ends_with(ours) && client) open.emplace(*client, socket);
  }
  return open;
}

}  // namespace

SlowClients::~SlowClients() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ending_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void SlowClients::watch(int port) {
  thread_ = std::thread([this, port] {
    const auto ours = ' ' + std::to_string(port);
    std::unique_lock lock(mutex_);
    while (!ending_.wait_for(lock, std::chrono::seconds(1), [this] { return ended_; })) {
      lock.unlock();
      const auto open = connections(ours);
      lock.lock();
      cut_slow(open);
    }
  });
}

void SlowClients::answered(const std::string& address, int port) {
  const std::lock_guard lock(mutex_);
  const auto found = since_.find(address + ' ' + std::to_string(port));
  if (found != since_.end()) found->second = Clock::now();  // others have come since the last look, and are new to it
}

void SlowClients::cut_slow(const std::map<std::string, int>& open) {
  const auto now = Clock::now();
  std::erase_if(since_, [&](const auto& known) { return !open.contains(known.first); });
  for (const auto& [client, socket] : open) {
    const auto since = since_.emplace(client, now).first->second;
    // It is httplib that closes the socket, and may have done so already: then the number is another one's.
    if (now - since > patience_ && end_of(socket, getpeername) == client) ::shutdown(socket, SHUT_RDWR);
  }
}

}  // namespace service
