#include "shelduck/cli/answer.hpp"

#include "shelduck/core/error.hpp"

namespace shelduck::cli {

Answer list_answer(Document document, std::string_view member, std::vector<std::string> columns) {
  const Document* rows = document.find(member);
  if (rows == nullptr || rows->elements() == nullptr) {
    throw Error{ErrorKind::bug, "an answer has no list '" + std::string(member) + "'"};
  }
  Answer answer{.shape = Answer::Shape::list, .document = {}, .columns = std::move(columns)};
  answer.rows = *rows->elements();
  answer.document = std::move(document);
  return answer;
}

}  // namespace shelduck::cli
