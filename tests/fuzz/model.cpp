// SPDX-License-Identifier: MIT
#include <asysvd/io/safetensors.hpp>

#include <string>
#include <string_view>

#include "properties.hpp"
#include "sealed.hpp"

namespace asysvd::fuzz {

namespace {

using Model = AsySVD<float, Sequential, FullFeedback, 2>;

/// Whatever numbers a model holds, it answers, and in order.
void serve(const Model& model) {
  const Profile<float> somebody{{0, 3.0f}, {static_cast<Index>(model.items() - 1), -1e30f}};
  const auto list = model.recommend(somebody, {.count = 5, .include_seen = true});
  expect(static_cast<Size>(list.size()) <= std::min<Size>(5, model.items()), "there are no more items than there are");
  for (const auto& [item, score] : list) {
    expect(item >= 0 && item < model.items(), "an item that is recommended is one of the model's");
    static_cast<void>(score);
  }
  static_cast<void>(model.predict(somebody, 0));
  static_cast<void>(model.explain(somebody, 0));
  static_cast<void>(model.similar_items(0, 3));
}

void check_model(std::string_view input) {
  const test::TemporaryFile file(input);
  static_cast<void>(read_or_refused(file, input, [&] { return model_parts(file.path()); }));
  const auto loaded = read_or_refused(file, input, [&] { return load_with_ids<Model>(file.path()); });
  if (!loaded) return;
  const auto& [model, users, items] = *loaded;
  const SaveOptions wanted{.resumable = !model.ensemble().members.empty()};
  const test::TemporaryFile copy(""), again("");
  const auto write = [&](const auto& from, const std::filesystem::path& path) {
    from.users.size() == from.model.users() && from.items.size() == from.model.items()
        ? save(from.model, path, from.users, from.items, wanted)
        : save(from.model, path, wanted);
  };
  write(*loaded, copy.path());
  write(load_with_ids<Model>(copy.path()), again.path());
  expect(content(copy.path()) == content(again.path()), "what is written is read again, to the last byte");
  serve(model);
}

}  // namespace

void model(std::string_view input) {
  check_model(input);
  check_model(sealed(input));
}

}  // namespace asysvd::fuzz
