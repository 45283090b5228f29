//! Calls to STS and to the services that hand out bases, against a scripted server on loopback.

mod answers;
mod bases;
mod calls;
mod client;
mod clocks;
mod devices;
mod faults;
mod sent;
mod server;
mod way;
