// SPDX-License-Identifier: MIT
/// \file
/// A line of progress on standard error, when that is a terminal.
#pragma once

#include <asysvd/train/report.hpp>

#include <unistd.h>

#include <cstdio>
#include <string>

namespace cli {

class ProgressBar {
 public:
  ProgressBar() = default;
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() {
    if (drawn_) std::fprintf(stderr, "\r\033[K");
  }

  bool operator()(const asysvd::Progress& progress) {
    if (!on_terminal_) return true;
    constexpr int width = 24;
    const int done = width * progress.epoch.epoch / progress.epochs;
    std::fprintf(stderr, "\r\033[K[%s%s] epoch %d of %d, RMSE %.4f, %.1f million ratings a second, %.0f s left",
                 std::string(static_cast<std::size_t>(done), '#').c_str(),
                 std::string(static_cast<std::size_t>(width - done), '.').c_str(), progress.epoch.epoch,
                 progress.epochs, progress.epoch.validation.value_or(progress.epoch.train_rmse),
                 progress.samples_per_second / 1e6, progress.seconds_left);
    std::fflush(stderr);
    drawn_ = true;
    return true;
  }

 private:
  bool on_terminal_ = isatty(STDERR_FILENO) == 1;
  bool drawn_ = false;
};

}  // namespace cli
