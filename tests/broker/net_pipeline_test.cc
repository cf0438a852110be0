#include "tests/testing.h"

#include <string>

#include "broker/net/pipeline.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;

namespace {

struct Fixture {
  Pipeline pipeline;

  void answer(uint64_t slot, uint8_t mark) {
    Response response;
    response.frame = {mark};
    pipeline.answer(slot, std::move(response));
  }
  // The marks of the answers that may leave now.
  std::string leaving() {
    std::string marks;
    while (auto response = pipeline.take_answer()) marks += static_cast<char>(response->frame[0]);
    return marks;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a second request waits for the answer to the first") {
  auto first = pipeline.begin(false);
  REQUIRE_FALSE(pipeline.may_begin(false));
  REQUIRE_FALSE(pipeline.may_begin(true));
  answer(first, 'a');
  REQUIRE(pipeline.may_begin(false));
}

TEST_CASE_METHOD(Fixture, "one that may overlap begins once all open ones allow it") {
  auto first = pipeline.begin(true);
  REQUIRE_FALSE(pipeline.may_begin(true));
  pipeline.allow_next(first);
  pipeline.allow_next(first);
  REQUIRE(pipeline.may_begin(true));
  REQUIRE_FALSE(pipeline.may_begin(false));
  auto second = pipeline.begin(true);
  REQUIRE_FALSE(pipeline.may_begin(true));
  pipeline.allow_next(second);
  REQUIRE(pipeline.may_begin(true));
}

TEST_CASE_METHOD(Fixture, "what may not overlap lets nothing pass, whatever it allows") {
  auto only = pipeline.begin(false);
  pipeline.allow_next(only);
  REQUIRE_FALSE(pipeline.may_begin(true));
}

TEST_CASE_METHOD(Fixture, "answers leave in the order of the requests") {
  auto first = pipeline.begin(true);
  pipeline.allow_next(first);
  auto second = pipeline.begin(true);
  pipeline.allow_next(second);
  auto third = pipeline.begin(true);
  answer(third, 'c');
  REQUIRE(leaving().empty());
  answer(first, 'a');
  REQUIRE(leaving() == "a");
  answer(second, 'b');
  REQUIRE(leaving() == "bc");
  REQUIRE(pipeline.waiting() == 0);
}

TEST_CASE_METHOD(Fixture, "an answered request that waits for its turn to leave is no longer open") {
  auto first = pipeline.begin(true);
  pipeline.allow_next(first);
  auto second = pipeline.begin(true);
  answer(second, 'b');
  REQUIRE(pipeline.open() == 1);
  REQUIRE(pipeline.may_begin(true));
  REQUIRE_FALSE(pipeline.may_begin(false));
}

TEST_CASE_METHOD(Fixture, "who waits to answer is known until the answer") {
  struct Waiting final : Parked {
    void hurry() override {}
    void abandon() override {}
  };
  auto waiting = std::make_shared<Waiting>();
  auto first = pipeline.begin(true);
  pipeline.allow_next(first);
  auto second = pipeline.begin(true);
  pipeline.park(first, std::make_shared<Waiting>());
  pipeline.park(second, waiting);
  REQUIRE(pipeline.parked() == std::vector<std::shared_ptr<Parked>>{waiting});
  answer(second, 'b');
  REQUIRE(pipeline.parked().empty());
}

TEST_CASE_METHOD(Fixture, "a permission that comes behind the answer changes nothing") {
  auto first = pipeline.begin(true);
  answer(first, 'a');
  pipeline.allow_next(first);
  auto second = pipeline.begin(true);
  REQUIRE(leaving() == "a");
  pipeline.allow_next(first);
  REQUIRE_FALSE(pipeline.may_begin(true));
  answer(second, 'b');
  REQUIRE(pipeline.may_begin(true));
}
