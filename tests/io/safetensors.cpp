// SPDX-License-Identifier: MIT
#include <asysvd/io/safetensors.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "random_ratings.hpp"
#include "temporary_file.hpp"

using namespace asysvd;

namespace {

template <class Scalar, class Feedback>
using Model = AsySVD<Scalar, Sequential, Feedback>;

template <class Scalar, class Feedback>
Model<Scalar, Feedback> fitted(const SparseMatrix<Scalar>& ratings) {
  Options options{.factors = 5, .epochs = 3, .learning_rate = 0.013};
  options.schedule = Schedule::cosine(0.25);
  options.initialization = Initialization::uniform(-0.3, 0.4);
  options.shrink = Shrink::per_sample;
  options.seed = 18446744073709551615u;
  Model<Scalar, Feedback> model(options);
  model.fit(ratings);
  return model;
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <class Scalar, class Feedback>
using Variant = std::pair<Scalar, Feedback>;

}  // namespace

TEST_CASE_TEMPLATE("what is loaded is what was saved, bit for bit", V, Variant<float, FullFeedback>,
                   Variant<float, RawFeedback>, Variant<double, ExplicitFeedback>, Variant<double, ImplicitFeedback>,
                   Variant<double, FullFeedback>) {
  using Scalar = typename V::first_type;
  using M = Model<Scalar, typename V::second_type>;
  const auto ratings = test::random_ratings<Scalar>(20, 15, 8, 1);
  const auto model = fitted<Scalar, typename V::second_type>(ratings);
  const test::TemporaryFile file("");
  save(model, file.path());
  auto again = load<M>(file.path());

  const auto& p = model.parameters();
  const auto& q = again.parameters();
  CHECK(p.q.matrix() == q.q.matrix());
  CHECK(p.x.matrix() == q.x.matrix());
  CHECK(p.y.matrix() == q.y.matrix());
  CHECK(p.item_bias == q.item_bias);
  CHECK(p.user_bias == q.user_bias);
  CHECK(p.item_baseline == q.item_baseline);
  CHECK(p.mean == q.mean);
  CHECK(p.min_rating == q.min_rating);
  CHECK(p.max_rating == q.max_rating);
  CHECK(detail::options_to_json(model.options()) == detail::options_to_json(again.options()));
  CHECK(again.options().factors == 5);

  const Profile<Scalar> somebody{{2, 5}, {7, 1}};
  CHECK(again.recommend(somebody) == model.recommend(somebody));
  again.set_ratings(ratings);
  for (Index user = 0; user < 20; ++user) CHECK(again.recommend(user) == model.recommend(user));
}

TEST_CASE("ids come back, numbers and strings, in order") {
  const auto ratings = test::random_ratings<float>(3, 4, 3, 1);
  IdMap users, items;
  for (const std::int64_t id : {17, -3, 2'000'000'000}) users.insert(id);
  for (const char* id : {"B000", "017", "a b", "\xe9t\xe9"}) items.insert(std::string_view(id));
  const test::TemporaryFile file("");
  const auto model = fitted<float, FullFeedback>(ratings);
  save(model, file.path(), users, items);
  const auto loaded = load_with_ids<Model<float, FullFeedback>>(file.path());
  CHECK(loaded.users == users);
  CHECK(loaded.items == items);
  CHECK_THROWS_WITH_AS(save(model, file.path(), items, items), doctest::Contains("number of user ids is 4"),
                       std::invalid_argument);
}

TEST_CASE("a model of one scalar loads as another") {
  const auto model = fitted<float, FullFeedback>(test::random_ratings<float>(20, 15, 8, 2));
  const test::TemporaryFile file("");
  save(model, file.path());
  const auto wide = load<Model<double, FullFeedback>>(file.path());
  CHECK(wide.parameters().q.matrix() == model.parameters().q.matrix().cast<double>());
  save(wide, file.path());
  CHECK(load<Model<float, FullFeedback>>(file.path()).parameters().q.matrix() == model.parameters().q.matrix());
}

TEST_CASE("a file tells which model it holds, and another one is refused") {
  const test::TemporaryFile file("");
  save(fitted<float, ImplicitFeedback>(test::random_ratings<float>(20, 15, 8, 3)), file.path());
  CHECK(model_parts(file.path()) == ModelParts{.has_biases = true, .has_explicit = false, .has_implicit = true});
  CHECK_THROWS_WITH_AS((void)load<AsySVD<float>>(file.path()),
                       doctest::Contains("expected a model with biases explicit implicit"), FileError);
  using Fixed = AsySVD<float, Sequential, ImplicitFeedback, 7>;
  CHECK_THROWS_WITH_AS((void)load<Fixed>(file.path()), doctest::Contains("factors is 5"), FileError);
  CHECK_THROWS_AS(save(AsySVD<float>{}, file.path()), std::invalid_argument);
}

TEST_CASE("a file cut short anywhere is refused") {
  const test::TemporaryFile file("");
  save(fitted<float, FullFeedback>(test::random_ratings<float>(6, 5, 3, 4)), file.path());
  const auto whole = content(file.path());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const test::TemporaryFile cut(whole.substr(0, length));
    CHECK_THROWS_AS((void)load<AsySVD<float>>(cut.path()), FileError);
  }
  const test::TemporaryFile longer(whole + "x");
  CHECK_THROWS_AS((void)load<AsySVD<float>>(longer.path()), FileError);
}

TEST_CASE("a byte changed anywhere is refused, or plays no part") {
  const test::TemporaryFile file("");
  const auto model = fitted<float, FullFeedback>(test::random_ratings<float>(6, 5, 3, 5));
  save(model, file.path());
  const auto whole = content(file.path());
  int refused = 0;
  for (std::size_t place = 0; place < whole.size(); ++place) {
    for (const char change : {'\x01', '\x20', '\x80'}) {
      auto damaged = whole;
      damaged[place] = static_cast<char>(damaged[place] ^ change);
      const test::TemporaryFile other(damaged);
      try {
        // What can pass is a change of an option, or of a text that nobody needs to serve.
        const auto loaded = load<AsySVD<float>>(other.path());
        CHECK(loaded.parameters().q.matrix() == model.parameters().q.matrix());
        CHECK(loaded.parameters().x.matrix() == model.parameters().x.matrix());
        CHECK(loaded.parameters().user_bias == model.parameters().user_bias);
      } catch (const FileError&) {
        ++refused;
      }
    }
  }
  CHECK(refused > static_cast<int>(whole.size()) * 2);
}

namespace {

/// A file with a header made up, and a checksum that fits.
std::string made_up(std::string tensors, const std::string& data, std::string_view parts = "biases explicit implicit") {
  std::string header = R"({"__metadata__":{"format":"asysvd model","format_version":"1","parts":")" +
                       std::string(parts) + R"(","options":"{}","checksum":")" + detail::to_text(detail::fnv1a(data)) +
                       "\"}" + tensors.insert(0, tensors.empty() ? "" : ",") + "}";
  const std::uint64_t length = header.size();
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  return file + header + data;
}

std::string complaint(const std::string& text) {
  const test::TemporaryFile file(text);
  try {
    (void)load<AsySVD<float>>(file.path());
  } catch (const FileError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("headers that claim what is not so are refused, without memory for it") {
  const std::string data(64, '\0');
  const auto tensor = [](const char* shape, const char* offsets, const char* type = "F32") {
    return R"("q":{"dtype":")" + std::string(type) + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
  };
  const auto says = [&](const std::string& tensors, const char* what) {
    const auto message = complaint(made_up(tensors, data));
    CAPTURE(message);
    CHECK(message.find(what) != std::string::npos);
  };
  says(tensor("[1152921504606846976,4]", "[0,64]"), "a shape that fits into the file");
  says(tensor("[4294967296,4294967296]", "[0,64]"), "a shape that fits into the file");
  says(tensor("[4,5]", "[0,64]"), "as many bytes as its shape demands");
  says(tensor("[4,4]", "[16,80]"), "offsets inside the file");
  says(tensor("[4,4]", "[64,0]"), "offsets inside the file");
  says(tensor("[-4,4]", "[0,64]"), "a shape of whole numbers");
  says(tensor("[4.5,4]", "[0,64]"), "a shape of whole numbers");
  says(tensor("[16,4]", "[0,64]", "Q4"), "the type F32");
  says(tensor("[2,4]", "[0,32]"), "32 bytes of tensors");
  says(tensor("[2,4]", "[32,64]"), "without gaps or overlaps");
  says(tensor("[4,4]", "[0,64]") + R"(,"x":{"dtype":"F32","shape":[2,4],"data_offsets":[32,64]})", "overlaps");
  says(tensor("[4,4]", "[0,64]"), "a tensor \"x\"");
  says("", "0 bytes of tensors");
  CHECK(complaint("").find("8 bytes") != std::string::npos);
  CHECK(complaint(std::string(8, '\xff') + "{}").find("a header of at most 2 bytes") != std::string::npos);
  CHECK(complaint(std::string("\x02\0\0\0\0\0\0\0[]", 10)).find("a JSON object") != std::string::npos);
  CHECK(complaint(made_up(tensor("[4,4]", "[0,64]"), data, "magic")).find("parts") != std::string::npos);
}

TEST_CASE("numbers that are not finite are refused") {
  auto model = fitted<float, FullFeedback>(test::random_ratings<float>(6, 5, 3, 6));
  auto parameters = model.parameters();
  parameters.y.row(2)[1] = std::numeric_limits<float>::quiet_NaN();
  const test::TemporaryFile file("");
  save(Model<float, FullFeedback>::restore(model.options(), parameters), file.path());
  CHECK_THROWS_WITH_AS((void)load<AsySVD<float>>(file.path()), doctest::Contains("finite numbers"), FileError);
}

TEST_CASE("a save that fails leaves the old file whole and nothing beside it") {
  const auto model = fitted<float, FullFeedback>(test::random_ratings<float>(6, 5, 3, 7));
  const auto folder = std::filesystem::temp_directory_path() / ("asysvd-save-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  save(model, folder / "model");
  const auto before = content(folder / "model");
  CHECK_THROWS_AS(save(model, folder / "missing" / "model"), FileError);
  std::filesystem::create_directory(folder / "taken");
  CHECK_THROWS_WITH_AS(save(model, folder / "taken"), doctest::Contains("a file that can be written"), FileError);
  {
    detail::AtomicFile unfinished(folder / "model");
    unfinished.write("half", 4);
  }
  CHECK(content(folder / "model") == before);
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 2);
  std::filesystem::remove_all(folder);
}
