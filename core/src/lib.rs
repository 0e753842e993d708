//! Client for the Uppzy API.
