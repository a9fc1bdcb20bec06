// Commands from a queue of RabbitMQ: application.add(acta::amqp({...})).
#pragma once

#include "runtime/delivery/amqp/amqp.hpp"
