// A broker that answers as a test says, over the codec that real ones speak, without a socket and without a
// thread: what is sent is answered at once.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "cli/client/stream.h"
#include "cli/output.h"
#include "cli/tool.h"
#include "protocol/frame.h"
#include "protocol/messages/api_versions_response.h"
#include "storage/posix_disk.h"

namespace klamm::cli {

class FakeClock final : public Clock {
 public:
  int64_t wall_ms() const override { return 1'700'000'000'000 + now_ms; }
  int64_t monotonic_ms() const override { return now_ms; }

  int64_t now_ms = 0;
};

class FakeBroker final : public Network {
 public:
  explicit FakeBroker(FakeClock& clock) : clock_(clock) {}

  // From now on requests of this kind are answered so, in all versions up to `version_max`. What the response
  // refers to lives until the next request.
  template <class Request, class Response>
  void on(std::function<Response(const Request&, int16_t version)> answer,
          int16_t version_max = Request::kVersionMax) {
    auto handle = [answer = std::move(answer)](protocol::Reader& reader, int16_t version, int32_t correlation,
                                               Bytes& out) {
      Request request;
      request.read(reader, version);
      protocol::append_response(out, version, correlation, answer(request, version));
    };
    handlers_[Request::kKey] = {Request::kVersionMin, version_max, std::move(handle)};
  }

  // What else ApiVersions says.
  std::function<void(protocol::ApiVersionsResponse&)> more_versions;

  // What was asked, by API key, in order; ApiVersions left out.
  const std::vector<int16_t>& asked() const { return asked_; }
  // As many attempts to connect are refused.
  void refuse(int count) { refused_ = count; }

  Attempt<std::unique_ptr<Stream>> connect(const HostPort& to, const Deadline& deadline) override;
  void pause(int64_t ms) override { clock_.now_ms += ms; }

 private:
  friend class FakeStream;

  struct Handler {
    int16_t version_min;
    int16_t version_max;
    std::function<void(protocol::Reader&, int16_t version, int32_t correlation, Bytes&)> answer;
  };

  // One frame without its size.
  void handle(ByteView frame, Bytes& out);
  void answer_versions(int16_t version, int32_t correlation, Bytes& out) const;

  FakeClock& clock_;
  std::map<int16_t, Handler> handlers_;
  std::vector<int16_t> asked_;
  int refused_ = 0;
};

// What a tool did.
struct Ran {
  int status = -1;
  std::string out;
  std::string err;
};

// A tool's surroundings.
class ToolBench {
 public:
  // `words` are those behind the tool's name; "--bootstrap-server b:9092" is not added.
  Ran run(std::string_view tool, std::vector<std::string_view> words);

  FakeClock clock;
  FakeBroker broker{clock};
  SeededRandom random{1};
  storage::PosixDisk disk;
  std::string input;
  std::map<std::string, std::string> environment;
  bool is_native = false;
};

}  // namespace klamm::cli
