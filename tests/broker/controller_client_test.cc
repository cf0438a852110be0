#include "tests/testing.h"

#include "tests/broker/controller_client_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

using Fixture = ControllerClientFixture;

// ---- A leader that answers

TEST_CASE_METHOD(Fixture, "a request to the controller goes to the leader, whose answer comes back") {
  client().on_leader(node(2));
  send("a");
  answer();
  REQUIRE(peers.sent == "2:a ");
  REQUIRE(outcomes == "a done; ");
}

TEST_CASE_METHOD(Fixture, "a request to the controller waits until somebody leads") {
  send("a");
  REQUIRE(peers.wires.empty());
  client().on_leader(node(2));
  REQUIRE(peers.sent == "2:a ");
}

TEST_CASE_METHOD(Fixture, "nobody is connected to before there is a request for the controller") {
  client().on_leader(node(2));
  client().on_leader(node(3));
  REQUIRE(peers.wires.empty());
}

TEST_CASE_METHOD(Fixture, "the controller's refusals are answers, but for that it is not the controller") {
  client().on_leader(node(2));
  send("a");
  answer(ErrorCode::kStaleBrokerEpoch);
  REQUIRE(outcomes == "a 77; ");
}

TEST_CASE_METHOD(Fixture, "a request to the controller goes out when the one before it is answered") {
  client().on_leader(node(2));
  send("a");
  send("b");
  REQUIRE(peers.sent == "2:a ");
  answer();
  REQUIRE(peers.sent == "2:a 2:b ");
}

TEST_CASE_METHOD(Fixture, "as many requests to the controller are in flight as are let") {
  settings.in_flight_max = 2;
  client().on_leader(node(2));
  for (const char* name : {"a", "b", "c"}) send(name);
  REQUIRE(peers.sent == "2:a 2:b ");
  answer();
  REQUIRE(peers.sent == "2:a 2:b 2:c ");
}

// ---- Again

TEST_CASE_METHOD(Fixture, "a node that is not the controller is asked again after the backoff") {
  client().on_leader(node(2));
  send("a");
  refuse();
  loop.advance(settings.retry_backoff_ms - 1);
  REQUIRE(peers.sent == "2:a ");
  loop.advance(1);
  REQUIRE(peers.sent == "2:a 2:a ");
  answer();
  REQUIRE(outcomes == "a done; ");
}

TEST_CASE_METHOD(Fixture, "a new controller is asked at once what the old one refused") {
  client().on_leader(node(2));
  send("a");
  refuse();
  client().on_leader(node(3, 2));
  REQUIRE(peers.sent == "2:a 3:a ");
}

TEST_CASE_METHOD(Fixture, "a node that leads again is asked at once what it refused") {
  client().on_leader(node(2, 1));
  send("a");
  refuse();
  client().on_leader(node(2, 2));
  REQUIRE(peers.sent == "2:a 2:a ");
}

TEST_CASE_METHOD(Fixture, "being told of the same leader again ends no backoff") {
  client().on_leader(node(2));
  send("a");
  refuse();
  client().on_leader(node(2));
  REQUIRE(peers.sent == "2:a ");
}

TEST_CASE_METHOD(Fixture, "what comes during a backoff waits for its end, too") {
  client().on_leader(node(2));
  send("a");
  refuse();
  send("b");
  REQUIRE(peers.sent == "2:a ");
}

TEST_CASE_METHOD(Fixture, "a request whose connection to the controller ends is sent again") {
  client().on_leader(node(2));
  send("a");
  peers.fail(PeerFailure::What::kClosed);
  loop.advance(settings.retry_backoff_ms);
  REQUIRE(peers.sent == "2:a 2:a ");
}

TEST_CASE_METHOD(Fixture, "a request that the controller does not answer in time is sent again") {
  client().on_leader(node(2));
  send("a", 60'000);
  REQUIRE(peers.wires[0]->asked[0].deadline_ms == clock.now + 30'000);
  loop.advance(30'000);
  peers.fail(PeerFailure::What::kTimedOut);
  loop.advance(settings.retry_backoff_ms);
  REQUIRE(peers.sent == "2:a 2:a ");
}

TEST_CASE_METHOD(Fixture, "a request to the controller that is sent again is not overtaken") {
  client().on_leader(node(2));
  send("a");
  send("b");
  refuse();
  client().on_leader(node(3, 2));
  answer();
  REQUIRE(peers.sent == "2:a 3:a 3:b ");
}

TEST_CASE_METHOD(Fixture, "requests in flight that are lost together are sent again in their order") {
  settings.in_flight_max = 2;
  client().on_leader(node(2));
  for (const char* name : {"a", "b", "c"}) send(name);
  peers.close_all();
  loop.advance(settings.retry_backoff_ms);
  REQUIRE(peers.sent == "2:a 2:b 2:a 2:b ");
}

TEST_CASE_METHOD(Fixture, "a controller that knows no version of a request is not asked again") {
  client().on_leader(node(2));
  send("a");
  peers.fail(PeerFailure::What::kUnsupportedVersion);
  REQUIRE(outcomes == "a unsupported; ");
  REQUIRE(loop.timers() == 0);
}

// ---- Once

TEST_CASE_METHOD(Fixture, "a request that is sent once is lost with its connection") {
  client().on_leader(node(2));
  send_once("a");
  peers.fail(PeerFailure::What::kClosed, "it went away");
  REQUIRE(outcomes == "a lost; ");
  REQUIRE(why == "node 2: it went away");
}

TEST_CASE_METHOD(Fixture, "a request that is sent once is given NOT_CONTROLLER as any answer") {
  client().on_leader(node(2));
  send_once("a");
  refuse();
  REQUIRE(outcomes == "a 41; ");
}

TEST_CASE_METHOD(Fixture, "a request that is sent once waits for a leader all the same") {
  send_once("a");
  client().on_leader(node(2));
  answer();
  REQUIRE(outcomes == "a done; ");
}

TEST_CASE_METHOD(Fixture, "a request that is sent once is lost when another leads and no answer comes") {
  client().on_leader(node(2));
  send_once("a");
  client().on_leader(node(3, 2));
  loop.advance(settings.leave_ms);
  REQUIRE(outcomes == "a lost; ");
}

// ---- Time

TEST_CASE_METHOD(Fixture, "a request to the controller expires while nobody leads") {
  send("a", 100);
  loop.advance(99);
  REQUIRE(outcomes.empty());
  loop.advance(1);
  REQUIRE(outcomes == "a timed out; ");
  REQUIRE(why == "no active controller is known");
}

TEST_CASE_METHOD(Fixture, "a request to the controller expires behind one that is in flight") {
  client().on_leader(node(2));
  send("a");
  send("b", 100);
  loop.advance(100);
  REQUIRE(outcomes == "b timed out; ");
  answer();
  REQUIRE(peers.sent == "2:a ");
}

TEST_CASE_METHOD(Fixture, "a request that the controller refused until its deadline says so") {
  client().on_leader(node(2));
  send("a", 40);
  refuse();
  loop.advance(40);
  REQUIRE(outcomes == "a timed out; ");
  REQUIRE(why == "node 2: it is not the active controller");
}

TEST_CASE_METHOD(Fixture, "the controller has no longer than a request's own deadline") {
  client().on_leader(node(2));
  send("a", 100);
  REQUIRE(peers.wires[0]->asked[0].deadline_ms == clock.now + 100);
  loop.advance(100);
  REQUIRE(outcomes.empty());
  peers.fail(PeerFailure::What::kTimedOut, "too slow");
  REQUIRE(outcomes == "a timed out; ");
  REQUIRE(loop.timers() == 0);
}

TEST_CASE_METHOD(Fixture, "an answer of the controller that comes at the deadline counts") {
  client().on_leader(node(2));
  send("a", 100);
  loop.advance(100);
  answer();
  REQUIRE(outcomes == "a done; ");
}

TEST_CASE_METHOD(Fixture, "a request whose deadline has passed already is not sent to the controller") {
  client().on_leader(node(2));
  send("a", 0);
  loop.advance(0);
  REQUIRE(peers.sent.empty());
  REQUIRE(outcomes == "a timed out; ");
}

TEST_CASE_METHOD(Fixture, "a request without a deadline waits for a controller for ever") {
  send("a");
  loop.advance(1'000'000'000);
  client().on_leader(node(2));
  REQUIRE(peers.sent == "2:a ");
}

// ---- Another leader

TEST_CASE_METHOD(Fixture, "who leads no more may answer yet what he was asked") {
  client().on_leader(node(2));
  send("a");
  client().on_leader(node(3, 2));
  loop.advance(settings.leave_ms - 1);
  answer();
  REQUIRE(outcomes == "a done; ");
  REQUIRE(peers.sent == "2:a ");
}

TEST_CASE_METHOD(Fixture, "a new leader is asked at once what the old one refuses only now") {
  client().on_leader(node(2));
  send("a");
  client().on_leader(node(3, 2));
  refuse();
  REQUIRE(peers.sent == "2:a 3:a ");
}

TEST_CASE_METHOD(Fixture, "a new leader is asked what the old one does not answer") {
  client().on_leader(node(2));
  send("a");
  client().on_leader(node(3, 2));
  REQUIRE(peers.sent == "2:a ");
  loop.advance(settings.leave_ms);
  REQUIRE(peers.sent == "2:a 3:a ");
  REQUIRE(peers.wires[0]->is_gone);
}

TEST_CASE_METHOD(Fixture, "nothing overtakes a request that the old leader has") {
  client().on_leader(node(2));
  send("a");
  client().on_leader(node(3, 2));
  send("b");
  REQUIRE(peers.sent == "2:a ");
  answer();
  REQUIRE(peers.sent == "2:a 3:b ");
}

TEST_CASE_METHOD(Fixture, "leaders that come one after the other do not prolong the old one's time") {
  client().on_leader(node(2));
  send("a");
  client().on_leader(node(3, 2));
  loop.advance(settings.leave_ms - 1);
  client().on_leader(std::nullopt);
  client().on_leader(node(1, 3));
  loop.advance(1);
  REQUIRE(peers.sent == "2:a 1:a ");
}

TEST_CASE_METHOD(Fixture, "a leader who comes back in time keeps what he was asked") {
  client().on_leader(node(2));
  send("a");
  client().on_leader(node(3, 2));
  client().on_leader(node(2, 3));
  loop.advance(settings.leave_ms);
  REQUIRE(peers.sent == "2:a ");
  REQUIRE(peers.wires.size() == 1);
}

TEST_CASE_METHOD(Fixture,
                 "while nobody is known to lead, what was sent stays where it is, and nothing is sent") {
  client().on_leader(node(2));
  send("a");
  send("b");
  client().on_leader(std::nullopt);
  loop.advance(10'000);
  REQUIRE_FALSE(peers.wires[0]->is_gone);
  answer();
  REQUIRE(outcomes == "a done; ");
  REQUIRE(peers.sent == "2:a ");
}

TEST_CASE_METHOD(Fixture, "a leader that is elected again keeps its connection") {
  client().on_leader(node(2, 1));
  send("a");
  answer();
  client().on_leader(node(2, 2));
  send("b");
  REQUIRE(peers.wires.size() == 1);
}

TEST_CASE_METHOD(Fixture, "a leader whose address has changed is connected to anew") {
  client().on_leader(node(2, 1, 9093));
  send("a");
  answer();
  client().on_leader(node(2, 2, 9094));
  send("b");
  REQUIRE(peers.wires.size() == 2);
  REQUIRE(peers.wires[0]->is_gone);
  REQUIRE(peers.wires[1]->node.port == 9094);
}

TEST_CASE_METHOD(Fixture, "a request whose deadline comes when the old leader is left is answered, too") {
  client().on_leader(node(2));
  send("a", settings.leave_ms);
  client().on_leader(node(3, 2));
  loop.advance(settings.leave_ms);
  REQUIRE(outcomes == "a timed out; ");
  REQUIRE(peers.sent == "2:a ");
}

// ---- Bounds and ends

TEST_CASE_METHOD(Fixture, "requests beyond what is held are refused, and not from within the call") {
  settings.held_max = 2;
  for (const char* name : {"a", "b", "c"}) send(name);
  REQUIRE(outcomes.empty());
  loop.run();
  REQUIRE(outcomes == "c too many; ");
}

TEST_CASE_METHOD(Fixture, "stopping answers every request to the controller, and leaves no timer") {
  client().on_leader(node(2));
  send("a", 1'000);
  send("b", 1'000);
  client().stop();
  REQUIRE(outcomes == "a stopped; b stopped; ");
  REQUIRE(peers.wires[0]->is_gone);
  REQUIRE(loop.timers() == 0);
}

TEST_CASE_METHOD(Fixture, "stopping ends a backoff and the wait for an old leader") {
  settings.in_flight_max = 2;
  client().on_leader(node(2));
  send("a");
  send("b");
  refuse();
  client().on_leader(node(3, 2));
  client().stop();
  client().on_leader(node(1, 3));
  loop.advance(1'000);
  REQUIRE(outcomes == "a stopped; b stopped; ");
  REQUIRE(peers.sent == "2:a 2:b ");
}

TEST_CASE_METHOD(Fixture, "what is sent to the controller after a stop is answered so") {
  client().stop();
  send("a");
  REQUIRE(outcomes.empty());
  loop.run();
  REQUIRE(outcomes == "a stopped; ");
}

TEST_CASE_METHOD(Fixture, "whoever is answered by the controller may end its client") {
  client().on_leader(node(2));
  client().send(request("a"), [this](const auto&) { made.reset(); });
  send("b", 1'000);
  answer();
  loop.advance(1'000);
  REQUIRE_FALSE(made.has_value());
  REQUIRE(outcomes.empty());
}

TEST_CASE_METHOD(Fixture, "whoever is answered by the controller may ask again, and stop") {
  client().on_leader(node(2));
  client().send(request("a"), [this](const auto&) {
    send("b");
    client().stop();
  });
  answer();
  REQUIRE(peers.sent == "2:a 2:b ");
  REQUIRE(outcomes == "b stopped; ");
}

TEST_CASE_METHOD(Fixture, "a controller client that is destroyed leaves no timer and nobody answered") {
  client().on_leader(node(2));
  send("a", 1'000);
  refuse();
  made.reset();
  REQUIRE(loop.timers() == 0);
  REQUIRE(outcomes.empty());
}
