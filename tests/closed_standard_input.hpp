// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <unistd.h>

namespace asysvd::test {

/// Standard input is closed, as a daemon's may be, while this lives: the next file that is opened has descriptor 0.
class ClosedStandardInput {
 public:
  ClosedStandardInput() { ::close(STDIN_FILENO); }
  ClosedStandardInput(const ClosedStandardInput&) = delete;
  ClosedStandardInput& operator=(const ClosedStandardInput&) = delete;
  ~ClosedStandardInput() {
    ::dup2(kept_, STDIN_FILENO);
    ::close(kept_);
  }

  [[nodiscard]] bool is_free() const { return ::fcntl(STDIN_FILENO, F_GETFD) == -1; }

 private:
  int kept_ = ::fcntl(STDIN_FILENO, F_DUPFD, STDERR_FILENO + 1);
};

}  // namespace asysvd::test
