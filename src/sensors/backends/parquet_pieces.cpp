#include "shelduck/sensors/backends/parquet_pieces.hpp"

#include <system_error>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/backends/reading_backends.hpp"

namespace shelduck::sensors {
namespace {

constexpr std::size_t kPieceBytes = 65'536;

}  // namespace

ParquetPieces::ParquetPieces(store::Connection& connection, std::filesystem::path folder,
                             const ReadingFilter& filter)
    : folder_(std::move(folder)), file_(folder_ / "readings.parquet") {
  std::filesystem::create_directories(folder_);
  try {
    rows_ = write_parquet(connection, file_, filter);
  } catch (const std::exception&) {
    remove();
    throw;
  }
  in_.open(file_, std::ios::binary);
}

ParquetPieces::~ParquetPieces() { remove(); }

void ParquetPieces::remove() const {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
  std::filesystem::remove(folder_.parent_path(), ignored);  // where no other export is under way
}

std::optional<std::string> ParquetPieces::next() {
  std::string piece(kPieceBytes, '\0');
  in_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
  piece.resize(static_cast<std::size_t>(in_.gcount()));
  if (!piece.empty()) return piece;
  if (!in_.eof()) throw Error{ErrorKind::io, "cannot read " + file_.string()};
  return std::nullopt;
}

}  // namespace shelduck::sensors
