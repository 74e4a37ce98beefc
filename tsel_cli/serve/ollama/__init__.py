"""The interface of Ollama, for the calls that chat front ends make."""
