"""Finding plugins, modelfiles and configuration, and naming what they bring."""
