// SPDX-License-Identifier: MIT
#include "interruption.hpp"

#include <array>
#include <atomic>
#include <csignal>

namespace cli {

namespace {

constexpr std::array signals{SIGINT, SIGTERM};

// A handler reaches nothing but what is global, and of that, nothing that could block.
std::array<struct sigaction, signals.size()> before;
std::atomic<bool> interrupted;
static_assert(std::atomic<bool>::is_always_lock_free);

void restore() {
  for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &before[i], nullptr);
}

void note(int) {
  interrupted = true;
  restore();
}

}  // namespace

Interruption::Interruption() {
  interrupted = false;
  struct sigaction noting {};
  noting.sa_handler = note;
  noting.sa_flags = SA_RESTART;
  for (const int signal : signals) sigaddset(&noting.sa_mask, signal);
  for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], nullptr, &before[i]);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    if (before[i].sa_handler != SIG_IGN) ::sigaction(signals[i], &noting, nullptr);
  }
}

Interruption::~Interruption() {
  restore();
}

bool Interruption::wanted() const noexcept {
  return interrupted;
}

}  // namespace cli
