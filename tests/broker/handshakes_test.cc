// The lane of TLS handshakes: sessions go and come back, and there is an end to how many wait.
#include "tests/testing.h"

#include <absl/synchronization/notification.h>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "broker/net/handshakes.h"
#include "tests/broker/secure_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;
using security::TlsSession;

namespace {

struct CountingOwner final : Handshakes::Owner {
  std::atomic<int> steps{0};
  std::thread::id thread;
  std::unique_ptr<TlsSession> session;
  void on_step(std::unique_ptr<TlsSession> back) override {
    thread = std::this_thread::get_id();
    session = std::move(back);
    ++steps;
  }
};

// Keeps the lane's thread until it is told to go on.
struct SlowOwner final : Handshakes::Owner {
  absl::Notification begun;
  absl::Notification go_on;
  void on_step(std::unique_ptr<TlsSession>) override {
    begun.Notify();
    go_on.WaitForNotification();
  }
};

struct Fixture {
  security::Certificates authority;
  Context context = server_context(authority, authority.leaf("CN=broker-0"));
  std::shared_ptr<CountingOwner> owner = std::make_shared<CountingOwner>();
  std::shared_ptr<SlowOwner> slow = std::make_shared<SlowOwner>();
  Handshakes lane{1};

  ~Fixture() {
    if (!slow->go_on.HasBeenNotified()) slow->go_on.Notify();
  }
  bool step(const std::shared_ptr<Handshakes::Owner>& whose, bool begins = true) {
    auto session = TlsSession::accept(context);
    bool taken = lane.step(session, whose, begins);
    REQUIRE((session == nullptr) == taken);
    return taken;
  }
  void occupy() {
    REQUIRE(step(slow));
    slow->begun.WaitForNotification();
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a session comes back from another thread") {
  REQUIRE(step(owner));
  REQUIRE(eventually([&] { return owner->steps == 1; }));
  REQUIRE(owner->session != nullptr);
  REQUIRE(owner->thread != std::this_thread::get_id());
}

TEST_CASE_METHOD(Fixture, "a session whose owner has gone goes too") {
  occupy();
  std::weak_ptr<const security::TlsContext> watched = context;
  REQUIRE(step(std::make_shared<CountingOwner>()));
  context.reset();
  slow->go_on.Notify();
  REQUIRE(eventually([&] { return watched.expired(); }));
}

TEST_CASE_METHOD(Fixture, "too many handshakes that wait: new ones are refused, and others go on") {
  occupy();
  for (size_t i = 0; i < Handshakes::kWaitingMax; ++i) REQUIRE(step(owner));
  REQUIRE_FALSE(step(owner));
  REQUIRE(step(owner, false));
  slow->go_on.Notify();
  REQUIRE(eventually([&] { return owner->steps == static_cast<int>(Handshakes::kWaitingMax) + 1; }));
  REQUIRE(step(owner));
}
