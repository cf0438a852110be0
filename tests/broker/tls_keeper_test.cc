// Certificates that change on disk while listeners use them.
#include "tests/testing.h"

#include <ctype.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "broker/tls_keeper.h"
#include "storage/posix_disk.h"
#include "tests/broker/fake_loop.h"
#include "tests/security/certificates.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using security::Identity;
using security::TlsContext;

namespace {

// Of a serial number, in the one case or in the other.
std::string digits_of(std::string serial) {
  for (char& digit : serial) digit = static_cast<char>(toupper(digit));
  return serial;
}

// A listener's key store in a file, and what became of it.
struct Fixture {
  FakeClock clock;
  FakeLoop loop{clock};
  FakeWorkers workers;
  security::Certificates authority;
  std::string directory;
  security::TlsConfig config;
  security::TlsChangeRules rules;
  std::vector<std::string> served;  // serial numbers, as they were replaced
  int refused = 0;
  std::unique_ptr<TlsKeeper> keeper;

  Fixture() {
    clock.now = security::kYear2020Ms + int64_t{10} * 365 * 86'400'000;
    char name[] = "/tmp/klamm-keeper-XXXXXX";
    directory = mkdtemp(name);
    config.subject = "listener SSL";
    config.protocols = {"TLSv1.2", "TLSv1.3"};
    config.key_store.type = "PEM";
    config.key_store.location = directory + "/broker.pem";
  }
  ~Fixture() { (void)storage::PosixDisk().remove_all(directory); }

  Identity write(const std::string& subject) {
    Identity made = authority.leaf(subject, {.dns = {"localhost"}});
    write_text(security::to_pem(made));
    return made;
  }
  // In another file: within a tick of the file system's clock nothing else tells a change of the same size.
  void write_text(const std::string& text) {
    const std::string fresh = *config.key_store.location + ".new";
    std::ofstream(fresh) << text;
    std::filesystem::rename(fresh, *config.key_store.location);
  }
  void start() {
    auto context = TlsContext::make(config, TlsContext::Side::kServer, clock.now);
    REQUIRE(context.ok());
    TlsKeeper::Uses uses{.loop = loop,
                         .workers = workers,
                         .clock = clock,
                         .replace =
                             [this](const std::string& listener, TlsKeeper::Context replaced) {
                               REQUIRE(listener == "SSL");
                               served.push_back(digits_of(replaced->own_chain().front().serial));
                             },
                         .count_refused = [this] { ++refused; }};
    keeper = std::make_unique<TlsKeeper>(std::move(uses), rules);
    keeper->watch("SSL", *context);
    keeper->start();
    loop.run();
  }
  void pass_seconds(int count) {
    for (int i = 0; i < count; ++i) {
      loop.advance(1'000);
      while (workers.run_one()) {
      }
      loop.run();
    }
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a new certificate is served within five seconds") {
  write("CN=broker-0");
  start();
  pass_seconds(3);
  REQUIRE(served.empty());
  Identity renewed = write("CN=broker-0");
  pass_seconds(5);
  REQUIRE(served == std::vector<std::string>{digits_of(renewed.serial())});
  REQUIRE(refused == 0);
}

TEST_CASE_METHOD(Fixture, "a new file that is of no use is counted once, and a good one is served after it") {
  write("CN=broker-0");
  start();
  write_text("no certificate");
  pass_seconds(10);
  REQUIRE(served.empty());
  REQUIRE(refused == 1);
  Identity renewed = write("CN=broker-0");
  pass_seconds(5);
  REQUIRE(served == std::vector<std::string>{digits_of(renewed.serial())});
}

TEST_CASE_METHOD(Fixture, "another subject is refused unless it is allowed") {
  write("CN=broker-0");
  start();
  write("CN=somebody-else");
  pass_seconds(5);
  REQUIRE(served.empty());
  REQUIRE(refused == 1);
}

TEST_CASE_METHOD(Fixture, "another subject is served where it is allowed") {
  rules.allow_dn_changes = true;
  write("CN=broker-0");
  start();
  Identity other = write("CN=somebody-else");
  pass_seconds(5);
  REQUIRE(served == std::vector<std::string>{digits_of(other.serial())});
}

TEST_CASE_METHOD(Fixture, "a look that takes long is not followed by another one") {
  write("CN=broker-0");
  start();
  for (int i = 0; i < 5; ++i) loop.advance(1'000);
  REQUIRE(workers.tasks.size() == 1);
}

TEST_CASE_METHOD(Fixture, "after the end nobody looks any more") {
  write("CN=broker-0");
  start();
  keeper->stop();
  loop.run();
  loop.advance(10'000);
  REQUIRE(workers.tasks.size() == 0);
  REQUIRE(loop.timers() == 0);
}

TEST_CASE_METHOD(Fixture, "stores that are set while the node runs are taken up") {
  write("CN=broker-0");
  start();
  config.key_store.location = directory + "/other.pem";
  Identity other = write("CN=broker-0");
  keeper->reconfigure("SSL", config);
  pass_seconds(2);
  REQUIRE(served == std::vector<std::string>{digits_of(other.serial())});
}

TEST_CASE_METHOD(Fixture, "stores that are of no use are refused once, and taken up when they have come") {
  write("CN=broker-0");
  start();
  config.key_store.location = directory + "/late.pem";
  keeper->reconfigure("SSL", config);
  pass_seconds(5);
  REQUIRE(served.empty());
  REQUIRE(refused == 1);
  Identity late = write("CN=broker-0");
  pass_seconds(11);
  REQUIRE(refused == 1);
  REQUIRE(served == std::vector<std::string>{digits_of(late.serial())});
}

TEST_CASE_METHOD(Fixture, "stores with another subject are refused as a file would be") {
  write("CN=broker-0");
  start();
  config.key_store.location = directory + "/other.pem";
  write("CN=somebody-else");
  keeper->reconfigure("SSL", config);
  pass_seconds(3);
  REQUIRE(served.empty());
  REQUIRE(refused == 1);
}
