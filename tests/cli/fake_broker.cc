#include "tests/cli/fake_broker.h"

#include <algorithm>
#include <cstring>

#include "protocol/messages/api_versions_request.h"

namespace klamm::cli {

class FakeStream final : public Stream {
 public:
  explicit FakeStream(FakeBroker& broker) : broker_(broker) {}

  Attempt<> send(ByteView bytes, const Deadline&) override {
    in_.insert(in_.end(), bytes.begin(), bytes.end());
    for (;;) {
      if (in_.size() < 4) return {};
      const size_t size = load_be32(in_.data());
      if (in_.size() < 4 + size) return {};
      broker_.handle(ByteView(in_).subspan(4, size), out_);
      in_.erase(in_.begin(), in_.begin() + static_cast<ptrdiff_t>(4 + size));
    }
  }

  Attempt<size_t> receive(std::span<uint8_t> into, const Deadline&) override {
    const size_t count = std::min(into.size(), out_.size());
    if (count > 0) std::memcpy(into.data(), out_.data(), count);
    out_.erase(out_.begin(), out_.begin() + static_cast<ptrdiff_t>(count));
    return count;
  }

 private:
  FakeBroker& broker_;
  Bytes in_;
  Bytes out_;
};

Attempt<std::unique_ptr<Stream>> FakeBroker::connect(const HostPort& to, const Deadline&) {
  if (refused_ > 0) {
    --refused_;
    return network_error("cannot connect to " + to.text() + ": Connection refused");
  }
  return std::unique_ptr<Stream>(std::make_unique<FakeStream>(*this));
}

void FakeBroker::handle(ByteView frame, Bytes& out) {
  protocol::Reader reader(frame);
  protocol::RequestHeader header;
  header.read(reader);
  if (header.api_key == protocol::ApiVersionsRequest::kKey) {
    return answer_versions(header.api_version, header.correlation_id, out);
  }
  asked_.push_back(header.api_key);
  const auto handler = handlers_.find(header.api_key);
  if (handler == handlers_.end()) return;
  handler->second.answer(reader, header.api_version, header.correlation_id, out);
}

void FakeBroker::answer_versions(int16_t version, int32_t correlation, Bytes& out) const {
  protocol::ApiVersionsResponse response;
  for (const auto& [key, handler] : handlers_) {
    response.api_keys.push_back({key, handler.version_min, handler.version_max});
  }
  if (more_versions) more_versions(response);
  protocol::append_response(out, version, correlation, response);
}

Ran ToolBench::run(std::string_view tool, std::vector<std::string_view> words) {
  const Tool* found = find_tool_by_name(tool);
  if (found == nullptr) return {-1, "", "no such tool"};
  TextSink out;
  TextSink err;
  Console console(out, err);
  TextSource source(input);
  Session session{.console = console,
                  .input = source,
                  .disk = disk,
                  .network = broker,
                  .clock = clock,
                  .random = random,
                  .environment = [this](const std::string& name) -> std::optional<std::string> {
                    const auto value = environment.find(name);
                    if (value == environment.end()) return std::nullopt;
                    return value->second;
                  },
                  .program = std::string(tool),
                  .is_native = is_native};
  const int status = found->run(session, words);
  return {status, out.text(), err.text()};
}

}  // namespace klamm::cli
