// SPDX-License-Identifier: MIT
#include <asysvd/feedback.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>
#include <type_traits>

using namespace asysvd;

TEST_CASE_TEMPLATE("the scales of the published models are n^-1/2", Feedback, FullFeedback, ExplicitFeedback,
                   ImplicitFeedback, RawFeedback) {
  CHECK(Feedback::explicit_scale(4) == 0.5);
  CHECK(Feedback::implicit_scale(16) == 0.25);
  CHECK(!WeighingFeedback<Feedback>);
}

TEST_CASE_TEMPLATE("the parts of a policy are its constants", Feedback, FullFeedback, ExplicitFeedback,
                   ImplicitFeedback, RawFeedback, InteractionFeedback) {
  constexpr auto parts = FeedbackParts::of<Feedback>();
  CHECK(parts.has_biases == Feedback::has_biases);
  CHECK(parts.has_explicit == Feedback::has_explicit);
  CHECK(parts.has_implicit == Feedback::has_implicit);
  CHECK(parts.weighs == std::is_same_v<Feedback, InteractionFeedback>);
}

TEST_CASE("interactions: each rating, those from a threshold on, or as much as the rating says") {
  const auto binary = InteractionFeedback::binary();
  const auto from_four = InteractionFeedback::at_least(4);
  const auto weighted = InteractionFeedback::weighted();
  for (const double rating : {-1.0, 0.0, 3.5, 4.0, 5.0}) {
    CHECK(binary.weight(rating) == 1);
    CHECK(from_four.weight(rating) == (rating >= 4 ? 1 : 0));
    CHECK(weighted.weight(rating) == rating);
  }
  CHECK(binary.explicit_scale(9) == 1);
  CHECK(binary == InteractionFeedback{});
  CHECK(from_four != InteractionFeedback::at_least(3));
  for (const double threshold : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    CHECK_THROWS_AS((void)InteractionFeedback::at_least(threshold), std::invalid_argument);
  }
}

TEST_CASE("a policy is written as in code, and read back") {
  for (const auto& feedback : {InteractionFeedback::binary(), InteractionFeedback::at_least(4),
                               InteractionFeedback::at_least(-0.1), InteractionFeedback::weighted()}) {
    CHECK(InteractionFeedback::from_text(feedback.to_text()) == feedback);
  }
  CHECK(InteractionFeedback::at_least(3.5).to_text() == "at_least(3.5)");
  for (const auto* const text : {"", "binary", "at_least()", "at_least(1, 2)", "weighted(1)"}) {
    CHECK_THROWS_AS((void)InteractionFeedback::from_text(text), std::invalid_argument);
  }
}
