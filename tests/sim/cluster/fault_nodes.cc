// The steps of Faults that change what a node is when it starts, or start what is not to come up.
#include <algorithm>
#include <map>

#include "tests/sim/cluster/admin.h"
#include "tests/sim/cluster/faults.h"
#include "tests/sim/cluster/settings.h"

namespace klamm::sim::cluster {

// ---- What is to be refused

// Whether it did not come up with what its disks are made to be for this one start.
bool Faults::refuses_to_start(Host& host, const std::string& what) {
  cluster_.excuse(host.id(), 1);
  host.power_on();
  host.start();
  if (!host.runs()) return true;
  world_.fail(fmt::format("node {} has started {}", host.id(), what));
  return false;
}

// Somebody has taken the snapshots of the metadata for old files, and moved them away. A log that does not
// begin at offset 0 may not be started from then (KAFKA-14240); they are moved back.
bool Faults::do_start_without_snapshots(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || host->runs() || !may_kill(*host)) return false;
  SimDisk& disk = host->metadata_disk();
  const std::string directory = host->metadata_directory() + "/__cluster_metadata-0";
  const auto names = disk.list(directory);
  if (!names) return false;
  bool begins_later = false;
  std::map<std::string, Bytes> moved;
  for (const std::string& name : *names) {
    if (name == "00000000000000000000.log") return false;
    begins_later |= name.ends_with(".log");
    const std::string path = directory + "/" + name;
    if (name.ends_with(".checkpoint") && !name.starts_with("00000000000000000000-"))
      moved[path] = disk.content(path);
  }
  if (!begins_later || moved.empty()) return false;
  for (const auto& [path, content] : moved) (void)disk.remove(path);
  (void)disk.sync_directory(directory);
  world_.note("the snapshots of {} are moved away", host->id());
  if (refuses_to_start(*host, "without its metadata's beginning")) {
    for (const auto& [path, content] : moved) disk.plant(path, content);
  }
  return true;
}

// Somebody has restored another node's backup here: its meta.properties say whose it is. They are put back.
bool Faults::do_start_with_disks_of(const Step& step) {
  Host *host = host_of(step), *other = host_at(step.numbers[1]);
  if (host == nullptr || other == nullptr || host == other || host->runs() || !may_kill(*host)) return false;
  const std::vector<Host::DiskFiles> own = host->copy_disks();
  world_.note("{} is started with the disks of {}", host->id(), other->id());
  host->put_disks(other->copy_disks());
  if (refuses_to_start(*host, "with another node's disks")) host->put_disks(own);
  return true;
}

// Of the same directories, whose locks the first one holds (KAFKA-14557).
bool Faults::do_start_second(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || !host->runs() || host->is_ending()) return false;
  ++cluster_.counters.twins;
  if (const auto why = host->start_second())
    world_.note("a second process of {} ends: {}", host->id(), *why);
  return true;
}

// ---- Another node under the same id

// With the same settings, but for its address, and directories of its own: new ones, or a copy of the first
// one's. It asks to be registered, and is refused for as long as the first one's session lives. Of voters
// whose set is configured (kraft.version 0) there is nothing by which two could be told apart: only brokers
// alone have a twin.
bool Faults::do_start_twin(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || twin_ != 0 || weak_ != 0 || host->plan().is_controller || !host->is_unfenced())
    return false;
  const bool is_heard = !host->is_ending() && !host->is_paused() && host->machine().disk_step_us == 0 &&
                        !cluster_.network.is_disturbed(host->place());
  if (!is_heard) return false;
  ++cluster_.counters.twins;
  twin_ = host->id();
  has_given_way_ = false;
  Host& twin = cluster_.twin_of(*host);
  if (step.numbers[1] != 0) {
    twin.put_disks(host->copy_disks());
  } else {
    twin.wipe();
  }
  twin.start();
  return true;
}

// The first one dies, and the other is registered in its place: for the cluster, a broker with other disks.
bool Faults::do_give_way(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || twin_ != host->id() || !host->runs() || !may_lose(*host)) return false;
  if (cluster_.twin_of(*host).is_unfenced()) {
    world_.fail(fmt::format("two processes are broker {} at a time", host->id()));
    return true;
  }
  ++cluster_.counters.kills;
  has_given_way_ = true;
  weaken(*host, world_.now());
  host->kill();
  return true;
}

bool Faults::do_end_twin(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || twin_ != host->id()) return false;
  Host& twin = cluster_.twin_of(*host);
  if (!has_given_way_ && twin.is_unfenced())
    world_.fail(fmt::format("two processes are broker {} at a time", host->id()));
  twin.kill();
  twin_ = 0;
  return true;
}

// ---- Settings and addresses

// Who may elect uncleanly, elects topics that come and go, of which nothing is promised; the others say for
// themselves that they do not allow it.
bool Faults::do_configure(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || host->runs() || step.numbers[1] < 0) return false;
  const std::string settings = other_settings(cluster_.plan, static_cast<uint64_t>(step.numbers[1]));
  if (host->plan().is_controller && allow_unclean_elections(settings)) {
    const auto image = cluster_.newest_image();
    if (image == nullptr || !is_protected(*image)) return false;
    cluster_.images.allow_unclean_elections();
  }
  ++cluster_.counters.other_settings;
  host->configure(settings);
  std::string line = settings;
  std::ranges::replace(line, '\n', ' ');
  world_.note("{} is configured anew: {}", host->id(), line);
  return true;
}

// Other ports. A broker says where it is when it is registered; a controller, when it leads: until then the
// others look for it where their settings have it. Two controllers that have moved may not find each other.
bool Faults::do_move(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || host->runs()) return false;
  const bool is_away = host->place() != host->id();
  const bool others_stay = std::ranges::none_of(cluster_.hosts(), [&](const auto& other) {
    return other->plan().is_controller && other->place() != other->id();
  });
  if (!is_away && host->plan().is_controller && !others_stay) return false;
  ++cluster_.counters.moves;
  host->move(is_away ? host->id() : host->id() + kMovedPlaces);
  world_.note("{} moves to the ports {} and {}", host->id(), host->broker_port(), host->controller_port());
  return true;
}

}  // namespace klamm::sim::cluster
