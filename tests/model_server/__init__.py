"""A scripted model server for tests: real HTTP in Ollama's and OpenAI's protocols, and every fault a server can have.

It is no model and no Ollama: what it says is what a test has written down.
"""
