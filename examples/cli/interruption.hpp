// SPDX-License-Identifier: MIT
/// \file
/// SIGINT and SIGTERM, taken for the wish to end early.
#pragma once

namespace cli {

/// While it lives, the first SIGINT or SIGTERM ends nothing, but is told when it is asked for: what has been learned so
/// far can then be kept. The second one ends the program at once, as every one does where there is no such object. A
/// signal that was ignored, as by nohup, stays so. One at a time.
class Interruption {
 public:
  Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();

  [[nodiscard]] bool wanted() const noexcept;
};

}  // namespace cli
