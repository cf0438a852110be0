// The HTTP server for those who watch: requests over real sockets, slices, limits, and hostile clients.
#include "tests/testing.h"

#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/net/admin_http.h"
#include "tests/broker/net_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;

namespace {

class Slices final : public AdminSlices {
 public:
  explicit Slices(std::function<Step(std::string& out)> next) : next_(std::move(next)) {}
  Step next(std::string& out) override { return next_(out); }

 private:
  const std::function<Step(std::string& out)> next_;
};

// Answers with what was asked for, unless a test says otherwise.
struct Pages final : AdminHandler {
  AdminAnswer answer(const AdminRequest& request) override {
    ++asked;
    if (page) return page(request);
    AdminAnswer answer;
    answer.body = std::string(request.path) + "?" + std::string(request.query) + "\n";
    return answer;
  }

  std::function<AdminAnswer(const AdminRequest&)> page;
  std::atomic<int> asked{0};
};

struct AdminFixture {
  void start() {
    auto listening = AdminHttp::listen({{.host = "127.0.0.1", .port = 0}}, pages, limits);
    REQUIRE(listening.ok());
    http = *std::move(listening);
  }
  TestClient connect() { return TestClient(http->ports().at(0)); }
  // All that comes until the connection ends.
  static std::string heard(TestClient& client) {
    std::string text;
    char piece[4096];
    while (true) {
      const ssize_t size = ::recv(client.descriptor(), piece, sizeof piece, 0);
      if (size <= 0) return text;
      text.append(piece, static_cast<size_t>(size));
    }
  }
  // Until `end` has come, too.
  static std::string heard_to(TestClient& client, std::string_view end) {
    std::string text;
    char byte = 0;
    while (!text.ends_with(end) && ::recv(client.descriptor(), &byte, 1, 0) == 1) text += byte;
    return text;
  }
  static void say(TestClient& client, std::string_view text) {
    const ByteView bytes = as_bytes(text);
    client.send(Bytes(bytes.begin(), bytes.end()));
  }
  std::string ask(std::string_view request) {
    TestClient client = connect();
    say(client, request);
    return heard(client);
  }
  std::string get(std::string_view target, std::string_view headers = "") {
    return ask("GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
               std::string(headers) + "\r\n");
  }

  Pages pages;
  AdminHttp::Limits limits;
  std::unique_ptr<AdminHttp> http;
};

// How many of them there are.
struct Counted {
  explicit Counted(std::atomic<int>& all) : count(all) { ++count; }
  ~Counted() { --count; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  std::atomic<int>& count;
};

std::string body_of(const std::string& answer) {
  const size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

bool has(const std::string& answer, std::string_view text) { return answer.find(text) != std::string::npos; }

}  // namespace

TEST_CASE_METHOD(AdminFixture, "a page is answered with its length, and is not to be kept") {
  start();
  const std::string answer = get("/livez?verbose");
  REQUIRE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  REQUIRE(has(answer, "Content-Type: text/plain; charset=utf-8\r\n"));
  REQUIRE(has(answer, "Content-Length: 15\r\n"));
  REQUIRE(has(answer, "Cache-Control: no-store\r\n"));
  REQUIRE(body_of(answer) == "/livez?verbose\n");
}

TEST_CASE_METHOD(AdminFixture, "what a client takes is told to the page") {
  pages.page = [](const AdminRequest& request) {
    AdminAnswer answer;
    answer.body = std::string(request.accept) + "|" + std::string(request.accept_encoding);
    return answer;
  };
  start();
  REQUIRE(body_of(get("/", "Accept: text/plain\r\naccept-encoding: gzip\r\n")) == "text/plain|gzip");
  REQUIRE(body_of(get("/")) == "|");
}

TEST_CASE_METHOD(AdminFixture, "one connection answers one request after the other") {
  start();
  TestClient client = connect();
  for (const std::string path : {"/a", "/b", "/c"}) {
    say(client, "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = heard_to(client, "?\n");
    REQUIRE(has(answer, "Connection: keep-alive\r\n"));
    REQUIRE(body_of(answer) == path + "?\n");
  }
}

TEST_CASE_METHOD(AdminFixture, "requests that come together are answered in their order") {
  start();
  const std::string answer = ask(
      "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const size_t first = answer.find("/a?\n"), second = answer.find("/b?\n");
  REQUIRE(first != std::string::npos);
  REQUIRE((second != std::string::npos && first < second));
}

TEST_CASE_METHOD(AdminFixture, "HEAD tells the header alone") {
  start();
  const std::string answer = ask("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  REQUIRE(has(answer, "Content-Length: 4\r\n"));
  REQUIRE(body_of(answer).empty());
}

TEST_CASE_METHOD(AdminFixture, "a page without a body is sent without its length") {
  pages.page = [](const AdminRequest&) {
    AdminAnswer answer;
    answer.status = 204;
    return answer;
  };
  start();
  const std::string answer = get("/v1/ready");
  REQUIRE(answer.starts_with("HTTP/1.1 204 No Content\r\n"));
  REQUIRE_FALSE(has(answer, "Content-"));
  REQUIRE(body_of(answer).empty());
}

TEST_CASE_METHOD(AdminFixture, "other methods, bodies and what is no HTTP are refused, and nobody is asked") {
  start();
  const std::string post = ask("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  REQUIRE(post.starts_with("HTTP/1.1 405 "));
  REQUIRE(has(post, "Allow: GET, HEAD\r\n"));
  REQUIRE(has(post, "Connection: close\r\n"));
  const std::string body = ask("GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  REQUIRE(body.starts_with("HTTP/1.1 400 "));
  REQUIRE(body_of(body) == "a request here has no body\n");
  REQUIRE(ask("hello\r\n\r\n").starts_with("HTTP/1.1 400 "));
  REQUIRE(pages.asked == 0);
}

TEST_CASE_METHOD(AdminFixture, "a header that is too long is refused") {
  limits.header_bytes = 1'000;
  start();
  const std::string answer = get("/a", "X: " + std::string(2'000, 'x') + "\r\n");
  REQUIRE(answer.starts_with("HTTP/1.1 431 "));
  REQUIRE(pages.asked == 0);
  REQUIRE(get("/a", "X: " + std::string(500, 'x') + "\r\n").starts_with("HTTP/1.1 200 "));
}

TEST_CASE_METHOD(AdminFixture, "who does not ask within the time is not waited for") {
  limits.first_request = std::chrono::milliseconds(300);
  start();
  TestClient silent = connect(), slow = connect();
  say(slow, "GET /a HTTP/1.1\r\nHo");
  REQUIRE(silent.is_closed_by_peer());
  REQUIRE(slow.is_closed_by_peer());
}

TEST_CASE_METHOD(AdminFixture, "who has asked, and does not go on within the time, is not waited for") {
  limits.next_request = std::chrono::milliseconds(300);
  start();
  TestClient done = connect();
  say(done, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(body_of(heard(done)) == "/a?\n");
}

TEST_CASE_METHOD(AdminFixture, "slices are sent in chunks, and what is empty is no end") {
  pages.page = [](const AdminRequest&) {
    AdminAnswer answer;
    answer.slices = std::make_unique<Slices>([step = 0](std::string& out) mutable {
      ++step;
      if (step == 1 || step == 4) out += "slice " + std::to_string(step);
      if (step == 3) return AdminSlices::Step::kWait;
      return step == 5 ? AdminSlices::Step::kEnd : AdminSlices::Step::kMore;
    });
    return answer;
  };
  start();
  const std::string answer = get("/metrics");
  REQUIRE(has(answer, "Transfer-Encoding: chunked\r\n"));
  REQUIRE_FALSE(has(answer, "Content-Length"));
  REQUIRE(body_of(answer) == "7\r\nslice 1\r\n7\r\nslice 4\r\n0\r\n\r\n");
}

TEST_CASE_METHOD(AdminFixture, "a client of HTTP/1.0 gets slices as they are, to the end of the connection") {
  pages.page = [](const AdminRequest&) {
    AdminAnswer answer;
    answer.slices = std::make_unique<Slices>([step = 0](std::string& out) mutable {
      out += "ab";
      return ++step == 2 ? AdminSlices::Step::kEnd : AdminSlices::Step::kMore;
    });
    return answer;
  };
  start();
  const std::string answer = ask("GET /metrics HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  REQUIRE(has(answer, "Connection: close\r\n"));
  REQUIRE_FALSE(has(answer, "chunked"));
  REQUIRE(body_of(answer) == "abab");
}

TEST_CASE_METHOD(AdminFixture, "an answer that is not known yet is asked for until it is") {
  std::atomic<int> tries{0};
  pages.page = [&](const AdminRequest&) {
    AdminAnswer answer;
    answer.later = [&tries]() -> std::unique_ptr<AdminAnswer> {
      if (++tries < 3) return nullptr;
      auto known = std::make_unique<AdminAnswer>();
      known->status = 503;
      known->body = "known\n";
      return known;
    };
    return answer;
  };
  start();
  const std::string answer = get("/livez");
  REQUIRE(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
  REQUIRE(body_of(answer) == "known\n");
  REQUIRE(tries == 3);
}

TEST_CASE_METHOD(AdminFixture, "others are answered while a client takes its slices slowly") {
  std::atomic<int> alive{0};
  pages.page = [&](const AdminRequest& request) {
    AdminAnswer answer;
    if (request.path != "/endless") {
      answer.body = "quick\n";
      return answer;
    }
    answer.slices = std::make_unique<Slices>([counted = std::make_shared<Counted>(alive)](std::string& out) {
      out += std::string(64 << 10, 'x');
      return counted == nullptr ? AdminSlices::Step::kEnd : AdminSlices::Step::kMore;
    });
    return answer;
  };
  limits.write = std::chrono::milliseconds(200);
  start();
  TestClient slow(http->ports().at(0), 4096);
  say(slow, "GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(heard_to(slow, "\r\n\r\n").starts_with("HTTP/1.1 200 "));
  REQUIRE(body_of(get("/quick")) == "quick\n");
  // Who takes nothing any more is left, and with it what was made for it.
  REQUIRE(eventually([&] { return alive == 0; }));
}

TEST_CASE_METHOD(AdminFixture, "an answer has its time, in whatever drops it is taken") {
  std::atomic<int> alive{0};
  pages.page = [&](const AdminRequest&) {
    AdminAnswer answer;
    answer.slices = std::make_unique<Slices>([counted = std::make_shared<Counted>(alive)](std::string& out) {
      out += "drop";
      return counted == nullptr ? AdminSlices::Step::kEnd : AdminSlices::Step::kMore;
    });
    return answer;
  };
  limits.answer = std::chrono::milliseconds(200);
  start();
  TestClient client = connect();
  say(client, "GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = heard(client);
  REQUIRE(answer.starts_with("HTTP/1.1 200 "));
  REQUIRE_FALSE(answer.ends_with("0\r\n\r\n"));
  REQUIRE(eventually([&] { return alive == 0; }));
}

TEST_CASE_METHOD(AdminFixture, "when all places are taken, who has been silent for longest goes") {
  limits.connections = 2;
  start();
  TestClient first = connect();
  say(first, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(body_of(heard_to(first, "?\n")) == "/a?\n");
  TestClient second = connect();
  say(second, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(body_of(heard_to(second, "?\n")) == "/b?\n");
  REQUIRE(body_of(get("/c")) == "/c?\n");
  REQUIRE(first.is_closed_by_peer());
  say(second, "GET /d HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(body_of(heard_to(second, "?\n")) == "/d?\n");
}

TEST_CASE_METHOD(AdminFixture, "nobody is answered once it has stopped, and connections end") {
  pages.page = [](const AdminRequest&) {
    AdminAnswer answer;
    answer.later = [] { return std::unique_ptr<AdminAnswer>(); };
    return answer;
  };
  start();
  TestClient waits = connect(), silent = connect();
  say(waits, "GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(eventually([&] { return pages.asked == 1; }));
  http->stop();
  http->stop();
  REQUIRE(waits.is_closed_by_peer());
  REQUIRE(silent.is_closed_by_peer());
}

TEST_CASE_METHOD(AdminFixture, "an address that cannot be had is refused under its key") {
  start();
  auto second = AdminHttp::listen({{.host = "127.0.0.1", .port = http->ports().at(0)}}, pages);
  REQUIRE_FALSE(second);
  REQUIRE(second.error().message.starts_with("klamm.admin.listener: "));
  REQUIRE(second.error().message.find("is in use") != std::string::npos);
}

TEST_CASE_METHOD(AdminFixture, "several addresses are listened on") {
  auto listening =
      AdminHttp::listen({{.host = "127.0.0.1", .port = 0}, {.host = "", .port = 0}}, pages, limits);
  REQUIRE(listening.ok());
  http = *std::move(listening);
  REQUIRE(http->ports().size() == 2);
  for (const uint16_t port : http->ports()) {
    TestClient client(port);
    say(client, "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    REQUIRE(body_of(heard(client)) == "/a?\n");
  }
}
