// SPDX-License-Identifier: MIT
// An observer of one's own: it is shown the progress after each epoch, here draws a bar, and ends the fit when it has
// seen enough.
#include <asysvd/data/synthetic.hpp>
#include <asysvd/model.hpp>

#include <cstddef>
#include <cstdio>
#include <string>

/// Draws a bar on a line that it writes anew, and ends the fit when the validation error is small enough.
class ProgressBar {
 public:
  explicit ProgressBar(double good_enough) : good_enough_(good_enough) {}

  bool operator()(const asysvd::Progress& progress) {
    const double error = *progress.epoch.validation;  // there is one, since ratings are set aside
    const auto done = static_cast<std::size_t>(width * progress.epoch.epoch / progress.epochs);
    std::printf("\r[%s%s] epoch %d of %d, error %.4f, %.0f s left", std::string(done, '#').c_str(),
                std::string(width - done, '.').c_str(), progress.epoch.epoch, progress.epochs, error,
                progress.seconds_left);
    std::fflush(stdout);
    return error > good_enough_;
  }

 private:
  static constexpr std::size_t width = 30;
  double good_enough_;
};
static_assert(asysvd::FitObserver<ProgressBar>);

int main() {
  const auto data = asysvd::synthetic(asysvd::movielens_100k());
  asysvd::AsySVD<float, asysvd::ByUser, asysvd::FullFeedback, 16> model({.epochs = 100});
  const auto report = model.fit(data.ratings, {.validation_fraction = 0.1}, ProgressBar(0.892));
  std::printf("\n%s after epoch %d\n", std::string(to_text(report.stop_reason)).c_str(), report.epochs.back().epoch);
  return report.stop_reason == asysvd::StopReason::cancelled ? 0 : 1;
}
