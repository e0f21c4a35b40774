#include "shelduck/forecast/arima/arima_orders.hpp"

namespace shelduck::forecast {
namespace {

std::string three_orders(std::size_t ar, std::size_t differences, std::size_t ma) {
  return "(" + std::to_string(ar) + "," + std::to_string(differences) + "," + std::to_string(ma) +
         ")";
}

}  // namespace

std::string to_string(const ArimaOrders& orders, std::size_t period) {
  std::string text = three_orders(orders.p, orders.d, orders.q);
  if (period > 1) text += three_orders(orders.P, orders.D, orders.Q) + std::to_string(period);
  return orders.constant ? text + " with constant" : text;
}

}  // namespace shelduck::forecast
