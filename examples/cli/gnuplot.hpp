// SPDX-License-Identifier: MIT
/// \file
/// Pictures by gnuplot.
#pragma once

#include <asysvd/detail/check.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// A script for gnuplot, which grows line by line, and the SVG that it draws. gnuplot is given the script as it is,
/// through no shell, and of the words of others only what `quoted` makes of them.
class Gnuplot {
 public:
  /// With the look of all pictures. Throws `std::runtime_error` if gnuplot is not there.
  Gnuplot(double width, double height);

  void line(std::string_view command) { script_.append(command).append("\n"); }
  /// A block of rows of finite numbers, to plot by its name, which begins with a $.
  template <std::size_t Columns>
  void data(const std::string& name, const std::vector<std::array<double, Columns>>& rows) {
    line(name + " << end");
    for (const auto& row : rows) {
      std::string text;
      for (const double number : row) text += asysvd::detail::to_text(number) + ' ';
      line(text);
    }
    line("end");
  }
  /// Draws, and returns the SVG. Throws `std::runtime_error` with what gnuplot complains about.
  [[nodiscard]] std::string draw() const;

  /// Text of any bytes as a string that gnuplot takes literally: UTF-8, without control characters.
  [[nodiscard]] static std::string quoted(std::string_view text);

 private:
  std::string script_;
};

}  // namespace cli
