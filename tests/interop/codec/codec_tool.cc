// Klamm's side of the codec proof (see run.sh). A stream is a sequence of: u16 size and name of the message,
// i16 version, i32 size and bytes of the message; as Java's DataInputStream reads them.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "protocol/catalog.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

const char* kKinds[] = {"request", "response",    "metadata", "control",
                        "group",   "transaction", "share",    "data"};

int list() {
  for (const MessageInfo& info : messages()) {
    std::printf("%s %s %d %d %d %d\n", std::string(info.name).c_str(), kKinds[static_cast<int>(info.kind)],
                info.key, info.version_min, info.version_max, info.flexible_from);
  }
  return 0;
}

int write_instances(int instances, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  const auto table = messages();
  for (size_t i = 0; i < table.size(); ++i) {
    for (int16_t version = table[i].version_min; version <= table[i].version_max; ++version) {
      for (int n = 0; n < instances; ++n) {
        InstanceRandom random(static_cast<uint64_t>(n) * 7'368'787 + i * 1'009 +
                              static_cast<uint64_t>(version));
        Bytes message, head;
        write_random()[i](random, version, message);
        Writer writer(head);
        writer.string(false, table[i].name);
        writer.i16(version);
        writer.i32(static_cast<int32_t>(message.size()));
        file.write(reinterpret_cast<const char*>(head.data()), static_cast<std::streamsize>(head.size()));
        file.write(reinterpret_cast<const char*>(message.data()),
                   static_cast<std::streamsize>(message.size()));
      }
    }
  }
  return file.good() ? 0 : 1;
}

int recode_instances(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const Bytes all(std::istreambuf_iterator<char>(file), {});
  std::map<std::string_view, const MessageInfo*> known;
  for (const MessageInfo& info : messages()) known[info.name] = &info;
  size_t same = 0, different = 0;
  Reader reader(all);
  while (reader.ok() && reader.remaining() > 0) {
    const std::string_view name = reader.string(false);
    const int16_t version = reader.i16();
    const ByteView bytes = reader.raw(static_cast<size_t>(reader.i32()));
    Bytes again;
    const bool equal =
        known.count(name) && known[name]->recode(bytes, version, again) && same_bytes(again, bytes);
    ++(equal ? same : different);
    if (!equal) std::printf("DIFFERENT: %s version %d\n", std::string(name).c_str(), version);
  }
  std::printf("Apache Kafka's bytes through Klamm: %zu the same, %zu different\n", same, different);
  return reader.ok() && same > 0 && different == 0 ? 0 : 1;
}

}  // namespace
}  // namespace klamm::protocol

int main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  if (command == "list") return klamm::protocol::list();
  if (command == "write" && argc == 4) return klamm::protocol::write_instances(std::atoi(argv[2]), argv[3]);
  if (command == "recode" && argc == 3) return klamm::protocol::recode_instances(argv[2]);
  std::fprintf(stderr, "usage: klamm_codec_tool list | write INSTANCES FILE | recode FILE\n");
  return 2;
}
