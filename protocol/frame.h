// Frames: i32 size, header, message. Request headers are v1, or v2 (with a tag section) in flexible versions;
// response headers v0, or v1 in flexible versions, except that ApiVersions always answers with v0: a client
// that does not yet know what the broker speaks has to be able to read it (KIP-511).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/catalog.h"
#include "protocol/wire.h"

namespace klamm::protocol {

struct RequestHeader {
  int16_t api_key = 0;
  int16_t api_version = 0;
  int32_t correlation_id = 0;
  std::optional<std::string_view> client_id{};

  // `reader` stands behind the frame's size. The client id is a view into its bytes.
  void read(Reader& reader);
  void write(Writer& writer) const;
};

void write_response_header(Writer& writer, int16_t api_key, int16_t api_version, int32_t correlation_id);
// Gives the correlation id.
int32_t read_response_header(Reader& reader, int16_t api_key, int16_t api_version);

// Leaves room for the size of a frame that starts here, and gives the place for end_frame.
size_t begin_frame(Bytes& out);
// Sets the size: what was written since, and the splices' bytes.
void end_frame(Bytes& out, size_t start, const std::vector<Splice>& splices);

// Appends whole frames to `out`. The splices' positions count from the start of `out`.
template <class Response>
std::vector<Splice> append_response(Bytes& out, int16_t api_version, int32_t correlation_id,
                                    const Response& response) {
  const size_t start = begin_frame(out);
  Writer writer(out);
  write_response_header(writer, Response::kKey, api_version, correlation_id);
  response.write(writer, api_version);
  end_frame(out, start, writer.splices());
  return writer.splices();
}

template <class Request>
std::vector<Splice> append_request(Bytes& out, int16_t api_version, int32_t correlation_id,
                                   std::optional<std::string_view> client_id, const Request& request) {
  const size_t start = begin_frame(out);
  Writer writer(out);
  RequestHeader{Request::kKey, api_version, correlation_id, client_id}.write(writer);
  request.write(writer, api_version);
  end_frame(out, start, writer.splices());
  return writer.splices();
}

}  // namespace klamm::protocol
