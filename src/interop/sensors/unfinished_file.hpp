// UnfinishedFile is where a new file is made until it is whole: in a folder beside its name, which
// says whose it is. Private to this room.
//
//   UnfinishedFile made{"/data/sensor_data.db"};
//   write(made.place());  // /data/sensor_data.db.unfinished/readings.db
//   made.put_in_place();
//
// What a kill left of an earlier one is removed; a file or folder that was not made here is not.
// Failure: not_found where there is no folder for the file; invalid_input where something else has
//          the name of ours; conflict where somebody else made the file meanwhile; io.
#pragma once

#include <filesystem>

namespace shelduck::interop {

class UnfinishedFile {
 public:
  explicit UnfinishedFile(std::filesystem::path file);
  ~UnfinishedFile();  // without put_in_place() nothing is left
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

  [[nodiscard]] std::filesystem::path place() const;

  // On the disk, and under its name, when it returns.
  void put_in_place();

 private:
  void remove() const;

  std::filesystem::path file_;
  std::filesystem::path folder_;
};

}  // namespace shelduck::interop
