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

  /// After an epoch of a fit.
  bool operator()(const asysvd::Progress& progress) {
    char validation[40] = "";
    if (progress.epoch.validation) {
      std::snprintf(validation, sizeof validation, ", validation %.4f", *progress.epoch.validation);
    }
    char text[200];
    std::snprintf(text, sizeof text, "epoch %d of %d, RMSE %.4f%s, %.1f million ratings a second, %.0f s left",
                  progress.epoch.epoch, progress.epochs, progress.epoch.train_rmse, validation,
                  progress.samples_per_second / 1e6, progress.seconds_left);
    draw(static_cast<double>(progress.epoch.epoch) / progress.epochs, text);
    return true;
  }

  /// As users are evaluated: drawn again where that shows.
  void operator()(double share) {
    const int percent = static_cast<int>(100 * share);
    if (percent == percent_) return;
    percent_ = percent;
    draw(share, "evaluated " + std::to_string(percent) + " %");
  }

 private:
  void draw(double share, const std::string& text) {
    if (!on_terminal_) return;
    constexpr int width = 24;
    const auto done = static_cast<std::size_t>(width * share);
    std::fprintf(stderr, "\r\033[K[%s%s] %s", std::string(done, '#').c_str(), std::string(width - done, '.').c_str(),
                 text.c_str());
    std::fflush(stderr);
    drawn_ = true;
  }

  bool on_terminal_ = isatty(STDERR_FILENO) == 1;
  bool drawn_ = false;
  int percent_ = -1;
};

}  // namespace cli
