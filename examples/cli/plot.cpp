// SPDX-License-Identifier: MIT
// `plot`: what ratings, a fit and a model look like, as SVG.
#include <asysvd/data/detail/utf8.hpp>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "files.hpp"
#include "gnuplot.hpp"
#include "learning_curves.hpp"
#include "outputs.hpp"

namespace cli {

namespace {

using asysvd::Index;
using asysvd::Size;
using asysvd::detail::to_text;

constexpr const char* blue = "'#3366aa'";
constexpr const char* orange = "'#cc6633'";

/// The file that each of them draws into.
class Picture {
 public:
  explicit Picture(CLI::App& command) {
    add_output(command, "--to", path_, "SVG file to write, or - for standard output", Output::anything)->required();
  }
  void write(const Gnuplot& plot) const {
    const auto picture = plot.draw();
    OutputFile file(path_);
    file.write(picture);
    file.commit();
  }

 private:
  std::string path_;
};

/// How many ratings have which value: each value that there is, or where these are too many to be told apart, each of
/// some ranges between the least and the greatest, by its middle.
struct RatingHistogram {
  RatingsOption ratings;
  Picture picture;

  explicit RatingHistogram(CLI::App& command) : picture(command) { ratings.add_to(command); }

  void run() const {
    Gnuplot plot(720, 400);
    const auto data = ratings.read();
    const auto values = data.ratings.values();
    std::map<double, double> counts;
    for (const Scalar value : values) ++counts[static_cast<double>(value)];
    constexpr std::size_t most = 50;
    double width = counts.size() > 1 ? counts.rbegin()->first - counts.begin()->first : 1;
    if (counts.size() > most) {
      const double least = counts.begin()->first;
      width /= most;
      std::map<double, double> ranges;
      for (const auto& [value, count] : counts) {
        const double range = std::min(std::floor((value - least) / width), double{most - 1});
        ranges[least + (range + 0.5) * width] += count;
      }
      counts = std::move(ranges);
    } else {
      for (auto next = counts.begin(), last = next++; next != counts.end(); last = next++) {
        width = std::min(width, next->first - last->first);
      }
      if (counts.size() <= 20) {
        std::string tics;
        for (const auto& [value, count] : counts)
          tics += (tics.empty() ? "" : ",") + to_text(static_cast<Scalar>(value));
        plot.line("set xtics nomirror (" + tics + ')');
      }
    }
    Pairs bars;
    for (const auto& [value, count] : counts) {
      bars.push_back({value, 100 * count / static_cast<double>(values.size())});
    }
    plot.data("$bars", bars);
    plot.line("set xlabel 'rating'");
    plot.line("set ylabel 'ratings, %'");
    plot.line("set yrange [0:]");
    plot.line("set autoscale xfix");
    plot.line("set offsets " + to_text(width / 4) + ',' + to_text(width / 4) + ",0,0");
    plot.line("set boxwidth " + to_text(0.8 * width));
    plot.line(std::string("plot $bars with boxes fill solid noborder lc rgb ") + blue + " notitle");
    picture.write(plot);
  }
};

/// How many ratings the first, the second, … item has, and user, each in the order of their numbers.
struct PopularityPlot {
  RatingsOption ratings;
  Picture picture;

  explicit PopularityPlot(CLI::App& command) : picture(command) { ratings.add_to(command); }

  void run() const {
    Gnuplot plot(720, 400);
    const auto data = ratings.read();
    std::vector<Size> of_users;
    for (Size user = 0; user < data.ratings.rows(); ++user) of_users.push_back(data.ratings.row(user).size());
    plot.data("$items", by_rank(asysvd::rating_counts(data.ratings)));
    plot.data("$users", by_rank(std::move(of_users)));
    plot.line("set xlabel 'rank'");
    plot.line("set ylabel 'number of ratings'");
    plot.line("set logscale");
    plot.line("set yrange [0.9:]");
    plot.line(std::string("plot $items with lines lw 2 lc rgb ") + blue +
              " title 'items', $users with lines lw 2 lc rgb " + orange + " title 'users'");
    picture.write(plot);
  }

  /// As many ranks as can be told apart on a logarithmic axis.
  static Pairs by_rank(std::vector<Size> counts) {
    std::erase(counts, 0);
    std::ranges::sort(counts, std::greater());
    Pairs points;
    const auto number = counts.size();
    for (std::size_t rank = 1; rank <= number; rank = std::max(rank + 1, std::min(rank + rank / 100, number))) {
      points.push_back({static_cast<double>(rank), static_cast<double>(counts[rank - 1])});
    }
    return points;
  }
};

/// The errors by epoch.
struct LearningPlot {
  std::string result_path;
  std::string model_path;
  Picture picture;

  explicit LearningPlot(CLI::App& command) : picture(command) {
    auto* const result = command.add_option("--result", result_path, "File that train --json wrote")
                             ->check(CLI::ExistingFile.description(""));
    command.add_option("--model", model_path, "Or file of a model, which keeps the report of its fit")
        ->excludes(result);
  }

  void run() const {
    if (result_path.empty() && model_path.empty()) throw CLI::RequiredError("--result or --model");
    Gnuplot plot(720, 400);
    const auto read = this->read();
    const auto& [training, again, validation, metric, best_epoch] = read;
    const bool other_axis = metric != "rmse" && !validation.empty();

    plot.line("set xlabel 'epoch'");
    plot.line("set ylabel 'RMSE'");
    plot.line("set autoscale xfix");
    plot.line("set offsets 0.2,0.2,0,0");
    plot.line("set key outside top center horizontal");
    if (other_axis) {
      plot.line("set ytics nomirror");
      plot.line("set y2tics");
      plot.line("set y2label " + Gnuplot::quoted(metric));
    }
    std::string curves;
    const auto draw = [&](const std::string& name, const Pairs& curve, const std::string& title,
                          const std::string& look) {
      if (curve.empty()) return;
      plot.data(name, curve);
      curves += (curves.empty() ? "plot " : ", ") + name + ' ' + look + " title " + Gnuplot::quoted(title);
    };
    const std::string dots = "with linespoints pt 7 ps 0.4 lw 2 lc rgb ";
    draw("$training", training, "training RMSE", dots + blue);
    draw("$again", again, "training RMSE, refit", dots + blue + " dt 2");
    draw("$validation", validation, "validation " + (metric == "rmse" ? "RMSE" : metric),
         (other_axis ? "axes x1y2 " : "") + dots + orange);
    if (best_epoch && !validation.empty()) {
      auto all = training;
      if (!other_axis) all.insert(all.end(), validation.begin(), validation.end());
      const auto [least, greatest] = std::ranges::minmax(all, {}, [](const auto& point) { return point[1]; });
      draw("$best", {{*best_epoch, least[1]}, {*best_epoch, greatest[1]}}, "best epoch",
           "with lines dt 3 lw 2 lc rgb '#555555'");
    }
    plot.line(curves);
    picture.write(plot);
  }

  [[nodiscard]] LearningCurves read() const {
    if (model_path.empty()) return curves_of_result(result_path);
    auto of_model = curves_of(load_model(model_path).model->report());
    if (of_model.training.empty()) throw std::runtime_error(model_path + ": the model keeps no report of a fit");
    return of_model;
  }
};

/// Items where the two main axes of their factors place them: what is near to each other suits the same people.
struct ItemMap {
  static constexpr double width = 1000, height = 700;                      ///< of the picture, in pixels
  static constexpr double left = 60, right = 980, top = 20, bottom = 640;  ///< of what is inside the axes
  static constexpr std::size_t most = 2000;                                ///< items

  std::string model_path;
  RatingsOption ratings;
  TitlesOption titles;
  int labels = 40;
  Picture picture;

  LoadedModel loaded;

  explicit ItemMap(CLI::App& command) : picture(command) {
    command.add_option("--model", model_path, "File of a model")->required();
    ratings.add_to(command);
    titles.add_to(command);
    command.add_option("--labels", labels, "How many items to name, the most popular ones that there is room for")
        ->capture_default_str()
        ->check(CLI::NonNegativeNumber.description(""));
  }

  void run() {
    Gnuplot plot(width, height);
    loaded = load_model(model_path);
    titles.read();
    const auto counts = asysvd::rating_counts(ratings.read(loaded.users, loaded.items).ratings);
    const auto items = most_popular(counts);
    if (items.empty()) throw std::runtime_error(ratings.path() + ": it rates no item that the model knows");
    const auto [places, shares] = project(items, counts);

    const Eigen::RowVector2d least = places.colwise().minCoeff(), greatest = places.colwise().maxCoeff();
    const Eigen::RowVector2d margin = (0.06 * (greatest - least)).cwiseMax(1e-9);  // room for labels
    const Eigen::RowVector2d from = least - margin, to = greatest + margin;
    std::vector<Circle> circles;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Eigen::RowVector2d part = (places.row(static_cast<Size>(i)) - from).cwiseQuotient(to - from);
      const double share = static_cast<double>(counts[items[i]]) / static_cast<double>(counts[items[0]]);
      circles.push_back(
          {left + part[0] * (right - left), bottom - part[1] * (bottom - top), std::max(1.5, 14 * std::sqrt(share))});
    }

    plot.line("set lmargin at screen " + to_text(left / width));
    plot.line("set rmargin at screen " + to_text(right / width));
    plot.line("set tmargin at screen " + to_text(1 - top / height));
    plot.line("set bmargin at screen " + to_text(1 - bottom / height));
    plot.line("set xrange [" + to_text(left) + ':' + to_text(right) + ']');
    plot.line("set yrange [" + to_text(bottom) + ':' + to_text(top) + ']');
    plot.line("unset tics");
    const auto axis = [&](const char* name, double share) {
      return Gnuplot::quoted(name + (" main axis, " + to_text(std::round(100 * share))) + " % of the spread");
    };
    plot.line("set xlabel " + axis("first", shares[0]));
    plot.line("set ylabel " + axis("second", shares[1]));
    add_labels(plot, items, circles);
    constexpr double of_a_point = 4.875;  // pixels of radius, of one whose size is 1
    std::vector<std::array<double, 3>> points;
    for (const Circle& circle : circles) points.push_back({circle.x, circle.y, circle.radius / of_a_point});
    plot.data("$items", points);
    plot.line("plot $items with points pt 7 ps variable lc rgb '#a03366aa' notitle");
    picture.write(plot);
  }

 private:
  /// In pixels from the upper left corner.
  struct Circle {
    double x, y, radius;
  };
  struct Box {
    double left, top, right, bottom;
    [[nodiscard]] bool meets(const Box& other) const {
      return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
  };

  /// Of those that the model knows, most popular first.
  [[nodiscard]] std::vector<Index> most_popular(const std::vector<Size>& counts) const {
    std::vector<Index> items;
    for (Index item = 0; item < loaded.model->items(); ++item) {
      if (counts[item] > 0) items.push_back(item);
    }
    std::ranges::stable_sort(items, std::greater(), [&](Index item) { return counts[item]; });
    items.resize(std::min(items.size(), most));
    return items;
  }

  /// Where items are on the two main axes of their q, and the shares of these in its variance. Which end of an axis is
  /// which means nothing: the more popular items are at the right and at the top, so that it stays the same.
  [[nodiscard]] std::pair<Eigen::MatrixX2d, Eigen::RowVector2d> project(const std::vector<Index>& items,
                                                                        const std::vector<Size>& counts) const {
    const auto& q = loaded.model->parameters().q;
    Eigen::VectorXd popularity(items.size());
    Eigen::MatrixXd centred(items.size(), q.factors());
    for (std::size_t i = 0; i < items.size(); ++i) {
      centred.row(static_cast<Size>(i)) = q.row(items[i]).transpose().cast<double>();
      popularity[static_cast<Size>(i)] = static_cast<double>(counts[items[i]]);
    }
    centred.rowwise() -= centred.colwise().mean().eval();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(centred.transpose() * centred);
    Eigen::MatrixX2d places = Eigen::MatrixX2d::Zero(centred.rows(), 2);
    Eigen::RowVector2d shares = Eigen::RowVector2d::Zero();
    const double whole = solver.eigenvalues().sum();
    for (Size axis = 0; axis < std::min<Size>(2, q.factors()) && whole > 0; ++axis) {
      const Size place = q.factors() - 1 - axis;
      places.col(axis) = centred * solver.eigenvectors().col(place);
      if (popularity.dot(places.col(axis)) < 0) places.col(axis) *= -1;
      shares[axis] = solver.eigenvalues()[place] / whole;
    }
    return {places, shares};
  }

  /// Names items beside their circles, the most popular first: where a name covers no other, and if that can be had, no
  /// circle of those that are to be named first.
  void add_labels(Gnuplot& plot, const std::vector<Index>& items, const std::vector<Circle>& circles) const {
    constexpr double letter = 6, line = 12;  // about what they take
    std::vector<Box> names, others;
    for (const auto& [x, y, radius] : circles) {
      if (static_cast<int>(others.size()) == labels) break;
      others.push_back({x - radius, y - radius, x + radius, y + radius});
    }
    for (std::size_t i = 0; i < items.size() && static_cast<int>(names.size()) < labels; ++i) {
      const auto name = shortened(titles.name(loaded.items.name(items[i])));
      const auto [x, y, radius] = circles[i];
      const double length = letter * static_cast<double>(letters(name)), away = radius + 3;
      struct Place {
        const char* alignment;
        double x, y, begin;
      };
      const std::array<Place, 4> places{{{"left", x + away, y, x + away},
                                         {"right", x - away, y, x - away - length},
                                         {"center", x, y - away - line / 2, x - length / 2},
                                         {"center", x, y + away + line / 2, x - length / 2}}};
      const auto box = [&](const Place& place) {
        return Box{place.begin, place.y - line / 2, place.begin + length, place.y + line / 2};
      };
      const auto has_room = [&](const Place& place) {
        const auto b = box(place);
        const bool inside = b.left > left && b.right < right && b.top > top && b.bottom < bottom;
        return inside && std::ranges::none_of(names, [&](const Box& other) { return b.meets(other); });
      };
      const auto is_free = [&](const Place& place) {
        return has_room(place) && std::ranges::none_of(others, [&](const Box& o) { return box(place).meets(o); });
      };
      auto found = std::ranges::find_if(places, is_free);
      if (found == places.end()) found = std::ranges::find_if(places, has_room);
      if (found == places.end()) continue;
      names.push_back(box(*found));
      plot.line("set label " + Gnuplot::quoted(name) + " at " + to_text(found->x) + ',' + to_text(found->y) + ' ' +
                found->alignment + " front font ',11' tc rgb '#222222'");
    }
  }

  /// How many characters UTF-8 holds.
  static std::size_t letters(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
  }
  /// What there is room for of a title.
  static std::string shortened(const std::string& title) {
    auto text = asysvd::detail::to_utf8(title);
    if (letters(text) <= 32) return text;
    while (letters(text) > 31) text.pop_back();
    return text + "…";
  }
};

template <class Kind>
void add_kind(CLI::App& plot, const char* name, const char* what) {
  auto& command = *plot.add_subcommand(name, what);
  const auto state = std::make_shared<Kind>(command);
  command.callback([state] { state->run(); });
}

}  // namespace

void add_plot(CLI::App& program) {
  auto& command = *program.add_subcommand("plot", "Pictures in SVG, drawn by gnuplot");
  command.require_subcommand(1);
  add_kind<ItemMap>(command, "map",
                    "Items by the two main axes of their factors: those that suit the same people are near");
  add_kind<LearningPlot>(command, "curves", "Errors by epoch");
  add_kind<RatingHistogram>(command, "ratings", "How many ratings have which value");
  add_kind<PopularityPlot>(command, "popularity", "How many ratings the items and the users have, by rank");
}

}  // namespace cli
