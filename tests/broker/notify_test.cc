#include "tests/testing.h"

#include "broker/notify.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <map>

#include "tests/broker/fake_loop.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

// A service manager's end of the socket, by a name without a file.
class Manager {
 public:
  Manager() : name_("@klamm-notify-test-" + std::to_string(getpid())) {
    descriptor_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path + 1, name_.data() + 1, name_.size() - 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    REQUIRE(bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    const timeval patience{30, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Manager() { close(descriptor_); }

  const std::string& name() const { return name_; }
  // The next datagram.
  std::string receive() {
    char buffer[4096];
    const ssize_t size = recv(descriptor_, buffer, sizeof buffer, 0);
    REQUIRE(size >= 0);
    return {buffer, static_cast<size_t>(size)};
  }
  // Reads on until one has this text; whether it came among so many.
  bool hears(const std::string& text) {
    for (int i = 0; i < 100; ++i) {
      if (receive().find(text) != std::string::npos) return true;
    }
    return false;
  }

 private:
  const std::string name_;
  int descriptor_ = -1;
};

NotifyTerms terms_of(const std::map<std::string, std::string>& environment, int64_t pid = 7) {
  return notify_terms(
      [&](const std::string& name) -> std::optional<std::string> {
        auto found = environment.find(name);
        return found == environment.end() ? std::nullopt : std::optional(found->second);
      },
      pid);
}

}  // namespace

TEST_CASE("the environment says whom to tell, and how often") {
  REQUIRE(terms_of({}).socket.empty());
  const NotifyTerms terms = terms_of(
      {{"NOTIFY_SOCKET", "/run/systemd/notify"}, {"WATCHDOG_USEC", "20000000"}, {"WATCHDOG_PID", "7"}});
  REQUIRE(terms.socket == "/run/systemd/notify");
  REQUIRE(terms.watchdog_ms == 20'000);
  REQUIRE(terms_of({{"WATCHDOG_USEC", "3000000"}}).watchdog_ms == 3'000);
}

TEST_CASE("a watchdog that is another process's, or no number, is none") {
  REQUIRE(terms_of({{"WATCHDOG_USEC", "3000000"}, {"WATCHDOG_PID", "8"}}).watchdog_ms == 0);
  REQUIRE(terms_of({{"WATCHDOG_USEC", "3000000"}, {"WATCHDOG_PID", ""}}).watchdog_ms == 0);
  REQUIRE(terms_of({{"WATCHDOG_USEC", "3 s"}}).watchdog_ms == 0);
}

TEST_CASE("one datagram carries the lines") {
  Manager manager;
  NotifySocket socket(manager.name());
  REQUIRE(socket.send("READY=1\nSTATUS=Serving\n").ok());
  REQUIRE(manager.receive() == "READY=1\nSTATUS=Serving\n");
}

TEST_CASE("a socket that nobody has, or that is none, is named") {
  for (const char* address : {"@klamm-nobody-listens", "/nowhere/notify", "vsock:2:1234", "@"}) {
    auto sent = NotifySocket(address).send("READY=1\n");
    REQUIRE_FALSE(sent.ok());
    REQUIRE(sent.error().message.find(std::string("NOTIFY_SOCKET=") + address) == 0);
  }
  const std::string long_path = "/" + std::string(200, 'x');
  REQUIRE_FALSE(NotifySocket(long_path).send("READY=1\n").ok());
}

TEST_CASE("a node's life is told in order") {
  Manager manager;
  FakeClock clock;
  FakeLoop loop(clock);
  {
    ServiceNotifier notifier({manager.name(), 0}, clock);
    notifier.on_recovery(3, 40);
    notifier.start();
    REQUIRE(manager.hears("STATUS=Recovering logs: 3 of 40\nEXTEND_TIMEOUT_USEC="));
    notifier.on_serving({&loop});
    REQUIRE(manager.hears("READY=1\n"));
    notifier.on_stopping();
    REQUIRE(manager.hears("STOPPING=1\n"));
  }
}

TEST_CASE("a start asks for time from its beginning") {
  Manager manager;
  FakeClock clock;
  ServiceNotifier notifier({manager.name(), 0}, clock);
  notifier.start();
  REQUIRE(manager.receive() == "STATUS=Starting\nEXTEND_TIMEOUT_USEC=30000000\n");
}

TEST_CASE("what is to be said when the notifier goes is said") {
  Manager manager;
  FakeClock clock;
  {
    ServiceNotifier notifier({manager.name(), 0}, clock);
    notifier.start();
    notifier.on_stopping();
  }
  REQUIRE(manager.hears("STOPPING=1\n"));
}

TEST_CASE("without a socket nothing is done") {
  FakeClock clock;
  ServiceNotifier notifier({}, clock);
  notifier.start();
  notifier.on_serving({});
  notifier.on_stopping();
}
