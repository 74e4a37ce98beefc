"""The interface of the OpenAI API: requests in our terms, our replies in its terms."""
