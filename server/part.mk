# The program `copyscope`: build/copyscope, with the page inside.
B ?= build
SERVER_DIR := server
SERVER_SRCS := $(filter-out $(SERVER_DIR)/embed.c,$(wildcard $(SERVER_DIR)/*.c))
SERVER_OBJS := $(SERVER_SRCS:$(SERVER_DIR)/%.c=$(B)/server/%.o)
SERVER_LIBS := -lcivetweb -lcjson -lseccomp -lpthread -lz -lcrypto -lqrencode -lstdc++ -lm
PARTS += $(B)/copyscope

$(B)/server/%.o: $(SERVER_DIR)/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -iquote hw/sim $(CFLAGS) -MMD -MP -c $< -o $@

$(B)/server/embed: $(SERVER_DIR)/embed.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $< $(LDFLAGS) -o $@

$(B)/web_assets.c: $(B)/server/embed $(B)/web/index.html
	$(B)/server/embed $(B)/web > $@

$(B)/web_assets.o: $(B)/web_assets.c $(SERVER_DIR)/assets.h
	$(CC) $(CPPFLAGS) -iquote server $(CFLAGS) -c $< -o $@

$(B)/copyscope: $(SERVER_OBJS) $(B)/web_assets.o $(B)/libcstrace.a $(B)/hw/libcscam.a
	$(CC) $(LDFLAGS) $^ $(SERVER_LIBS) -o $@
