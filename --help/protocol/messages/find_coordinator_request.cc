// Generated from protocol/schema/10_find_coordinator.kmsg; not to be edited.
#include "protocol/messages/find_coordinator_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void FindCoordinatorRequest::read(Reader& reader, int16_t version) {
  *this = FindCoordinatorRequest{};
  const bool flexible = version >= 3;
  if (version <= 3) {
    key = reader.string(flexible);
  }
  if (version >= 1) {
    key_type = reader.i8();
  }
  if (version >= 4) {
    coordinator_keys.resize(reader.array(flexible, 1, sizeof(std::string_view)));
    for (auto& element : coordinator_keys) element = reader.string(flexible);
  }
  if (version >= 3) {
    reader.skip_tags();
  }
}

void FindCoordinatorRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  if (version <= 3) {
    writer.string(flexible, key);
  }
  if (version >= 1) {
    writer.i8(key_type);
  }
  if (version >= 4) {
    writer.array(flexible, coordinator_keys.size());
    for (const auto& element : coordinator_keys) writer.string(flexible, element);
  }
  if (version >= 3) {
    writer.no_tags();
  }
}

bool recode_find_coordinator_request(ByteView in, int16_t version, Bytes& out) {
  return recode<FindCoordinatorRequest>(in, version, out);
}

}  // namespace klamm::protocol
